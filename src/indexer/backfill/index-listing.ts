import { gapsOf } from '../../dynamodb/records/gaps.ts';
import type { RepositoryListing } from '../../storage/layout.ts';
import { buildRecord } from '../repository/build.ts';
import { isUnfinished } from '../repository/complete-record.ts';
import { NOTHING_KNOWN } from '../repository/known.ts';
import { type IndexerDeps, type RepositoryOutcome, rereadRepository } from '../repository/refresh.ts';

/**
 * Writes the first record of a repository that a walk has listed, without reading the table before. Where somebody was
 * faster, the repository is read again by the rule for conflicts.
 */
export async function indexListing(
  deps: IndexerDeps,
  listing: RepositoryListing,
  signal: AbortSignal,
): Promise<RepositoryOutcome> {
  const { name, listedAtMs } = listing;
  const { faults, ...built } = await buildRecord(deps.artefacts, { listing, known: NOTHING_KNOWN }, signal);
  const { record } = built;
  const gaps = gapsOf([...listing.unread, ...faults], listedAtMs);
  const write = { ...built, epoch: deps.epoch, listedAtMs, gaps };
  const allFaults = [...listing.faults, ...listing.unread, ...faults];
  // A tombstone tells the next comparison that there is nothing else to be read.
  const isGone = record.tags.length === 0;
  const result = isGone ? await deps.records.bury(write, signal) : await deps.records.create(write, signal);
  if (isGone && result === 'written') return { result: 'gone', record: undefined, faults: allFaults };
  if (result === 'written') return { result, record, isUnfinished: isUnfinished(built), faults: allFaults };
  if (result !== 'conflict') return { result, record: undefined, faults: allFaults };
  return rereadRepository(deps, { name, triggeredAtMs: listedAtMs }, signal);
}
