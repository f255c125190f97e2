import { createHash } from 'node:crypto';

/** So many may go without a question, however few there are. */
const FEW = 20;
const SHARE = 0.1;
const CONFIRMATION_LENGTH = 12;

/** How many of an index of `living` repositories may be gone before a person is asked. */
export function removableOf(living: number): number {
  return Math.max(FEW, Math.floor(living * SHARE));
}

/** Names a finding by the repositories that it would remove: the same for the same ones, whenever they are found. */
export function confirmationOf(names: readonly string[]): string {
  const hash = createHash('sha256');
  for (const name of names.toSorted()) hash.update(`${name}\n`);
  return hash.digest('hex').slice(0, CONFIRMATION_LENGTH);
}
