import type { RepositoryListing } from '../storage/layout.ts';
import { buildRecord } from './build-record.ts';
import { isUnfinished } from './complete-record.ts';
import { NOTHING_KNOWN } from './known.ts';
import { type IndexerDeps, type RepositoryOutcome, rereadRepository } from './reread.ts';

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
  const allFaults = [...listing.faults, ...listing.unread, ...faults];
  if (record.tags.length === 0) return { result: 'gone', record: undefined, faults: allFaults };
  const result = await deps.records.create({ ...built, epoch: deps.epoch, listedAtMs }, signal);
  if (result === 'written') return { result, record, isUnfinished: isUnfinished(built), faults: allFaults };
  if (result !== 'conflict') return { result, record: undefined, faults: allFaults };
  return rereadRepository(deps, { name, triggeredAtMs: listedAtMs }, signal);
}
