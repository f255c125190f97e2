import { setTimeout as wait } from 'node:timers/promises';
import { startLiveIndex } from '../../support/index/live-index.ts';
import { searchRecord } from '../../support/search/search-records.ts';
import { type Distribution, distributionOf } from '../support/distribution.ts';
import { POLL_MS, startReplica } from './start-replica.ts';

const UPDATES = 30;

/** From a record's write into a real DynamoDB to the first answer that has it, with the settings of everyday. */
export async function measureFreshness(): Promise<Distribution> {
  await using parts = new AsyncDisposableStack();
  const live = parts.adopt(await startLiveIndex(), ({ stop }) => stop());
  await live.makeTables();
  await live.mark({ complete: true });
  const { url, stop } = await startReplica({ index: live.index });
  parts.defer(stop);
  const durationsMs: number[] = [];
  for (let at = 0; at < UPDATES; at += 1) {
    const name = `bench/update-${at}`;
    await live.put(1, [searchRecord(name)]);
    const writtenAtMs = performance.now();
    while (!(await isFound(url, name))) await wait(POLL_MS);
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
