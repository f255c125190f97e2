import { createHash } from 'node:crypto';
import { removableOf } from '../../api/mass-deletion.ts';
import { forEach } from '../../async/for-each.ts';
import { mapOrdered } from '../../async/map-ordered.ts';
import type { WithheldRemoval } from '../../dynamodb/state/resync-report.ts';
import type { Resync } from './deps.ts';
import { repair } from './repair.ts';

/**
 * Removes repositories from the index that neither the walk nor a listing of their own finds. Where that is a large
 * part of the index, or the storage is empty, nothing is removed until a person confirms it: an emptied or mistaken
 * bucket must not empty the index. Returns what was withheld.
 */
export async function removeGone(resync: Resync, signal: AbortSignal): Promise<WithheldRemoval | undefined> {
  const { known, confirmation, concurrency } = resync;
  const missing = [...known.missing()];
  if (missing.length === 0) return undefined;
  const finding = { gone: missing.length, of: known.living(), confirmation: confirmationOf(missing) };
  if (confirmation !== finding.confirmation && (await areTooMany(resync, missing, signal))) return finding;
  await resync.assertCurrent(signal);
  const work = (name: string, stop: AbortSignal) => repair(resync, { name, fingerprint: '', as: 'removed' }, stop);
  await forEach(missing, { concurrency, work }, signal);
  return undefined;
}

async function areTooMany(resync: Resync, missing: readonly string[], signal: AbortSignal): Promise<boolean> {
  const { known, removedLately } = resync;
  if (known.met() === 0 && (await isEmpty(resync, signal))) return true;
  const removable = Math.max(0, removableOf(known.living() + removedLately) - removedLately);
  return missing.length > removable && (await moreAreGone(resync, { missing, than: removable }, signal));
}

/** Whether there is not even a repository without tags, as deleting through the registry leaves them. */
async function isEmpty({ layout }: Resync, signal: AbortSignal): Promise<boolean> {
  for await (const _name of layout.listNames(signal)) return false;
  return true;
}

/** Lists repositories one by one until enough are known to be gone. */
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

const CONFIRMATION_LENGTH = 12;

/** The confirmation code of a set of repositories: the same for the same set at any time. */
export function confirmationOf(names: readonly string[]): string {
  const hash = createHash('sha256');
  for (const name of names.toSorted()) hash.update(`${name}\n`);
  return hash.digest('hex').slice(0, CONFIRMATION_LENGTH);
}
