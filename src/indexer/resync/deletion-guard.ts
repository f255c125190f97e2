import { createHash } from 'node:crypto';
import { forEach } from '../../async/for-each.ts';
import { mapOrdered } from '../../async/map-ordered.ts';
import type { WithheldRemoval } from '../../dynamodb/state/resync-report.ts';
import type { Resync } from './deps.ts';
import { repair } from './repair.ts';

/**
 * Removes from the index what the walk has not met and a listing of its own does not find either. Where that is a great
 * part of the index, or all of the storage is gone, nothing is removed unless it was confirmed: a bucket that was
 * emptied or mistaken must not take the index along. Answers what was withheld.
 */
export async function removeGone(resync: Resync, signal: AbortSignal): Promise<WithheldRemoval | undefined> {
  const { known, confirmation, concurrency, now } = resync;
  const missing = [...known.missing()];
  if (missing.length === 0) return undefined;
  const finding = { gone: missing.length, of: known.living(), confirmation: confirmationOf(missing) };
  if (confirmation !== finding.confirmation && (await areTooMany(resync, missing, signal))) return finding;
  await resync.assertCurrent(signal);
  const work = (name: string, stop: AbortSignal) =>
    repair(resync, { name, fingerprint: '', triggeredAtMs: now(), as: 'removed' }, stop);
  await forEach(missing, { concurrency, work }, signal);
  return undefined;
}

async function areTooMany(resync: Resync, missing: readonly string[], signal: AbortSignal): Promise<boolean> {
  if (resync.known.met() === 0 && (await isEmpty(resync, signal))) return true;
  const removable = removableOf(resync.known.living());
  return missing.length > removable && (await moreAreGone(resync, { missing, than: removable }, signal));
}

/** Not even a repository without a tag, as deleting through the registry leaves them. */
async function isEmpty({ layout }: Resync, signal: AbortSignal): Promise<boolean> {
  for await (const _name of layout.listNames(signal)) return false;
  return true;
}

/** Lists one by one only until it is clear. */
async function moreAreGone(
  { layout, concurrency }: Resync,
  { missing, than }: { readonly missing: readonly string[]; readonly than: number },
  signal: AbortSignal,
): Promise<boolean> {
  let gone = 0;
  const list = (name: string) => layout.listRepository(name, signal);
  for await (const { tags, unread } of mapOrdered(missing, concurrency, list)) {
    if (tags.length === 0 && unread.length === 0) gone += 1;
    if (gone > than) return true;
  }
  return false;
}

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
