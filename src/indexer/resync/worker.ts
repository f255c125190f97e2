import { type Source, sourceIdentity } from '../../api/settings.ts';
import type { AwsCredentials } from '../../aws/credentials.ts';
import type { Meter } from '../../aws/meter.ts';
import { createRequestLimit } from '../../aws/request-limit.ts';
import { epochOver } from '../../dynamodb/items/table-errors.ts';
import type { Index } from '../../dynamodb/open.ts';
import type { OwnershipRecord, OwnershipState } from '../../dynamodb/state/ownership.ts';
import { countRequests } from '../../storage/object-storage.ts';
import { openLayout, openStorage } from '../../storage/open.ts';
import type { Logger } from '../../telemetry/log.ts';
import { createArtefactReader } from '../artefacts/reader.ts';
import { REPORT_TIMEOUT_MS } from '../report-timeout.ts';
import { DEFAULT_RETRY } from '../retry-service.ts';
import { type ResyncEnd, runResync } from './resync.ts';

export interface ResyncWorkerOptions {
  readonly index: Index;
  /** Counts the requests of `index`. */
  readonly meter: Meter;
  readonly source: Source;
  readonly credentials: AwsCredentials | undefined;
  /** Has the epoch to compare; see `hindranceOf`. */
  readonly ownership: OwnershipRecord;
  /** Requests to each service at once, at most. */
  readonly concurrency: number;
  /** Write units a second of the repository table; undefined on demand. */
  readonly writeUnits?: number | undefined;
  readonly confirmation: string | undefined;
  readonly log: Logger;
}

/** Runs a resync with everything it needs opened from settings, and writes its report to the version table. */
export async function runResyncWorker(options: ResyncWorkerOptions, stop: AbortSignal): Promise<ResyncEnd> {
  const { index, meter, source, credentials, ownership, concurrency, writeUnits, log } = options;
  const storage = countRequests(openStorage(source, credentials, createRequestLimit(concurrency).run));
  const layout = openLayout({ storage, source, now: Date.now });
  const resync = {
    ...options,
    layout,
    artefacts: createArtefactReader(layout),
    records: index.records(ownership.feedShards, { concurrency, writeUnitsPerSecond: writeUnits }),
    headers: index.headers,
    sweep: index.sweep,
    ranges: index.ranges,
    events: index.events,
    epoch: ownership.epoch,
    assertCurrent: (signal: AbortSignal) => assertCurrent(options, signal),
    requests: () => ({ ...storage.requests, ...meter }),
    retry: DEFAULT_RETRY,
    now: Date.now,
  };
  const end = await runResync(resync, stop);
  if ('report' in end)
    await index.resyncs
      .write(end.report, AbortSignal.timeout(REPORT_TIMEOUT_MS))
      .catch((err: unknown) => log.warn({ err }, 'Failed to write the report of the resync'));
  return end;
}

/** Why the bucket cannot be compared with these tables now; undefined when it can. */
export function hindranceOf(state: OwnershipState, source: Source): string | undefined {
  if (state.kind !== 'ours') return 'the tables are missing or not ours: the operator creates and claims them';
  if (state.ownership.source !== sourceIdentity(source)) return `the tables are filled from ${state.ownership.source}`;
  return state.ownership.complete ? undefined : 'the tables are being filled, which reads all of the bucket anyway';
}

async function assertCurrent({ index, source, ownership }: ResyncWorkerOptions, signal: AbortSignal): Promise<void> {
  const state = await index.ownership.read(signal);
  const isSame = state.kind === 'ours' && state.ownership.epoch === ownership.epoch;
  if (isSame && hindranceOf(state, source) === undefined) return;
  throw epochOver(`epoch ${ownership.epoch} is over`);
}
