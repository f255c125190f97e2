import type { Source } from '../../api/settings.ts';
import type { AwsCredentials } from '../../aws/credentials.ts';
import { createRequestLimit } from '../../aws/request-limit.ts';
import type { Index } from '../../dynamodb/open.ts';
import type { OwnershipRecord } from '../../dynamodb/state/ownership.ts';
import { openLayout, openStorage } from '../../storage/open.ts';
import { createArtefactReader } from '../artefacts/reader.ts';
import { type BackfillOptions, type BackfillSummary, runBackfill } from './backfill.ts';

export interface WorkerOptions extends Pick<BackfillOptions, 'worker' | 'concurrency' | 'log' | 'onProgress'> {
  readonly index: Index;
  readonly source: Source;
  readonly credentials: AwsCredentials | undefined;
  /** Has the epoch to fill and the number of shards of the change feed. */
  readonly ownership: OwnershipRecord;
  /** Write units a second of the repository table, for all workers together; undefined on demand. */
  readonly writeUnits?: number | undefined;
}

/**
 * Runs one worker of a backfill with everything it needs opened from settings. Requests to the two services are limited
 * separately.
 */
export async function runWorker(options: WorkerOptions, stop: AbortSignal): Promise<BackfillSummary> {
  const { index, source, credentials, ownership, concurrency } = options;
  const storage = openStorage(source, credentials, createRequestLimit(concurrency).run);
  const layout = openLayout({ storage, source, now: Date.now });
  const backfill = {
    ...options,
    layout,
    artefacts: createArtefactReader(layout),
    records: index.records(ownership.feedShards, { concurrency, writeUnitsPerSecond: shareOf(options) }),
    ranges: index.ranges,
    epoch: ownership.epoch,
    now: Date.now,
  };
  return runBackfill(backfill, stop);
}

function shareOf({ writeUnits, worker }: WorkerOptions): number | undefined {
  return writeUnits === undefined ? undefined : writeUnits / worker.count;
}
