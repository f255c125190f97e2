import { type Source, sourceIdentity } from '../../api/settings.ts';
import type { AwsCredentials } from '../../aws/credentials.ts';
import { createRequestLimit } from '../../aws/request-limit.ts';
import type { Index } from '../../dynamodb/open.ts';
import type { EventGapReason } from '../../dynamodb/state/event-report.ts';
import type { OwnershipRecord } from '../../dynamodb/state/ownership.ts';
import { openLayout, openStorage } from '../../storage/open.ts';
import { createArtefactReader } from '../artefacts/reader.ts';
import { createRemovalBrake, createRepositoryCount, type RemovalBrake } from '../gaps/removal-brake.ts';
import type { PatchDeps } from './patch-repository.ts';

export interface CurrentDepsOptions {
  readonly index: Pick<Index, 'ownership' | 'records' | 'events' | 'resyncs' | 'ranges' | 'now'>;
  readonly source: Source;
  readonly credentials: AwsCredentials | undefined;
  /** Called with the ownership record whenever it was read, while the tables are ours. */
  readonly onOwnership?: (ownership: OwnershipRecord) => void;
  readonly onGap: (reason: EventGapReason) => void;
  /** Requests to each service under way at once, at most. */
  readonly concurrency: number;
  readonly writeUnits?: number | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const OWNERSHIP_INTERVAL_MS = 5_000;

/**
 * What records are written with: of the epoch that the ownership record names, while the tables are ours and of this
 * source.
 */
export function createCurrentDeps(
  options: CurrentDepsOptions,
): (signal: AbortSignal) => Promise<PatchDeps | undefined> {
  const { index, source, credentials, concurrency, writeUnits, onGap, now } = options;
  const storage = openStorage(source, credentials, createRequestLimit(concurrency).run);
  const layout = openLayout({ storage, source, now });
  const artefacts = createArtefactReader(layout);
  const mayRemoveIn = (epoch: number): RemovalBrake => {
    const countRepositories = createRepositoryCount(index, epoch, () => performance.now());
    const mayRemove = createRemovalBrake({ store: index.events, countRepositories, now: index.now });
    return async () => {
      const may = await mayRemove();
      if (!may) onGap('RemovalsWithheld');
      return may;
    };
  };
  let seen: { readonly atMs: number; readonly deps: PatchDeps | undefined } | undefined;

  const depsOf = ({ feedShards, epoch }: OwnershipRecord): PatchDeps => {
    if (seen?.deps?.epoch === epoch) return seen.deps;
    const records = index.records(feedShards, { concurrency, writeUnitsPerSecond: writeUnits });
    return { layout, artefacts, records, epoch, mayRemove: mayRemoveIn(epoch), now };
  };

  return async (signal) => {
    if (seen && performance.now() - seen.atMs < OWNERSHIP_INTERVAL_MS) return seen.deps;
    const state = await index.ownership.read(signal);
    const isOurs = state.kind === 'ours' && state.ownership.source === sourceIdentity(source);
    if (isOurs) options.onOwnership?.(state.ownership);
    seen = { atMs: performance.now(), deps: isOurs ? depsOf(state.ownership) : undefined };
    return seen.deps;
  };
}
