import { setTimeout as wait } from 'node:timers/promises';
import { startSearch } from '../../../src/server/search-process.ts';
import { createLogger } from '../../../src/telemetry/log.ts';
import { createMetrics } from '../../../src/telemetry/metrics.ts';
import { startLiveIndex } from '../../integration/support/live-index.ts';
import { searchRecord } from '../../unit/support/search-records.ts';
import { type Distribution, distributionOf } from '../support/distribution.ts';

const UPDATES = 30;
const POLL_MS = 5;

/** From a record's write into a real DynamoDB to the first answer that has it, with the settings of everyday. */
export async function measureFreshness(): Promise<Distribution> {
  await using parts = new AsyncDisposableStack();
  const live = parts.adopt(await startLiveIndex(), ({ stop }) => stop());
  await live.makeTables();
  await live.mark({ complete: true });
  const stopping = new AbortController();
  const deps = {
    log: createLogger({ level: 'silent' }),
    registry: createMetrics(),
    listen: { host: '127.0.0.1', port: 0 },
  };
  const search = await startSearch({ index: live.index, ...deps }, stopping.signal);
  parts.defer(async () => {
    stopping.abort();
    await search.finished;
  });
  while (!search.isReady()) await wait(POLL_MS);
  const durationsMs: number[] = [];
  for (let at = 0; at < UPDATES; at += 1) {
    const name = `bench/update-${at}`;
    await live.put(1, [searchRecord(name)]);
    const writtenAtMs = performance.now();
    while (!(await isFound(search.url, name))) await wait(POLL_MS);
    durationsMs.push(performance.now() - writtenAtMs);
    // Not in step with the replica's own rhythm.
    await wait((at * 137) % 1_000);
  }
  return distributionOf(durationsMs);
}

async function isFound(url: string, name: string): Promise<boolean> {
  const response = await fetch(`${url}/v1/search?q=${encodeURIComponent(name)}&n=1&t=${performance.now()}`);
  const { num_results }: { num_results: number } = JSON.parse(await response.text());
  return num_results > 0;
}
