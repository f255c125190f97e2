import { forEach } from '../../async/for-each.ts';
import { mapOrdered } from '../../async/map-ordered.ts';
import type { WithheldRemoval } from '../../dynamodb/state/resyncs.ts';
import { confirmationOf, removableOf } from './deletion-guard.ts';
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
