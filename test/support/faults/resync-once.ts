import type { Source } from '../../../src/api/settings.ts';
import type { AccessKeys } from '../../../src/aws/credentials.ts';
import { createMeter } from '../../../src/aws/meter.ts';
import type { ResyncEnd } from '../../../src/indexer/resync/resync.ts';
import { runResyncWorker } from '../../../src/indexer/resync/worker.ts';
import type { LiveIndex } from '../index/live-index.ts';
import { silentLog } from '../silent-log.ts';

export interface Resynced {
  readonly source: Source;
  readonly credentials: AccessKeys;
}

const { signal } = new AbortController();

/** What the operator has a worker do when events may have been missed. */
export async function resyncOnce(live: LiveIndex, { source, credentials }: Resynced): Promise<ResyncEnd> {
  const state = await live.index.ownership.read(signal);
  if (state.kind !== 'ours') throw new Error(`the tables are ${state.kind}`);
  const meter = createMeter();
  const index = live.open(meter);
  const options = { index, meter, source, credentials, ownership: state.ownership, confirmation: undefined };
  const end = await runResyncWorker({ ...options, concurrency: 8, log: silentLog }, signal);
  index.close();
  return end;
}
