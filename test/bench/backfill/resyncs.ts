import { type IndexLocation, type Source, sourceIdentity } from '../../../src/api/settings.ts';
import type { AccessKeys } from '../../../src/aws/credentials.ts';
import { createMeter } from '../../../src/aws/meter.ts';
import { openIndex } from '../../../src/dynamodb/open.ts';
import type { ResyncReport } from '../../../src/dynamodb/state/resync-report.ts';
import { runResyncWorker } from '../../../src/indexer/resync/worker.ts';
import { createLogger } from '../../../src/telemetry/log.ts';
import { pushRepositories } from './real-registry.ts';

export interface ResyncFigures {
  /** Repositories that were pushed to before it. */
  readonly pushed: number;
  readonly report: ResyncReport;
}

export interface ResyncPlace {
  readonly source: Source;
  readonly sourceCredentials: AccessKeys;
  readonly location: IndexLocation;
  readonly indexCredentials: AccessKeys;
  readonly registryUrl: string;
}

const CONCURRENCY = 64;

/** Resyncs after pushes to none, to one in a hundred and to one in ten of the repositories. */
export async function measureResyncs(place: ResyncPlace, repositories: number): Promise<ResyncFigures[]> {
  await markComplete(place);
  const all: ResyncFigures[] = [];
  for (const share of [0, 0.01, 0.1]) {
    const pushed = Math.round(repositories * share);
    await pushRepositories(place.registryUrl, pushed, `resync of ${share}`);
    all.push({ pushed, report: await resyncOnce(place) });
  }
  return all;
}

/** As whoever started the backfill does at its end. */
async function markComplete({ location, indexCredentials, source }: ResyncPlace): Promise<void> {
  const index = openIndex({ location, credentials: indexCredentials });
  const signal = AbortSignal.timeout(30_000);
  const state = await index.ownership.read(signal);
  if (state.kind !== 'ours') throw new Error('there is no ownership record');
  const complete = { ...state.ownership, complete: true, source: sourceIdentity(source) };
  await index.ownership.update(state.ownership, complete, signal);
  index.close();
}

async function resyncOnce(place: ResyncPlace): Promise<ResyncReport> {
  const { location, indexCredentials, source, sourceCredentials } = place;
  const meter = createMeter();
  const index = openIndex({ location, credentials: indexCredentials, meter });
  const { signal } = new AbortController();
  const state = await index.ownership.read(signal);
  if (state.kind !== 'ours') throw new Error('there is no ownership record');
  const log = createLogger({ level: 'warn' });
  const common = { index, meter, source, credentials: sourceCredentials, ownership: state.ownership, log };
  const end = await runResyncWorker({ ...common, concurrency: CONCURRENCY, confirmation: undefined }, signal);
  index.close();
  if (end.outcome !== 'ended') throw new Error(`the resync ended as ${end.outcome}`);
  return end.report;
}
