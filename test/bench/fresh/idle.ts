import { setTimeout as wait } from 'node:timers/promises';
import { createMeter } from '../../../src/aws/meter.ts';
import { FEED_SHARDS } from '../../../src/dynamodb/state/ownership.ts';
import { type Distribution, distributionOf } from '../support/distribution.ts';
import { followTag } from './follow.ts';
import { createPusher, repositories } from './pushes.ts';
import type { Reads } from './search-process.ts';
import { NUDGED, type Stage } from './stage.ts';

export interface IdleFigures {
  /** Of the first push after silence, on the replicas that are nudged. */
  readonly firstPush: Distribution;
  /** Of one nudged replica, in an hour of silence, its comparison of the whole feed included. */
  readonly nudgedHour: Reads;
  /** The same of one that nothing nudges. */
  readonly unnudgedHour: Reads;
  readonly dollarsAMonth: number;
}

/** As after ten quiet minutes, and as long as it lasts: what an hour of silence leaves behind. */
export const SILENT = { idleAfterMs: 0 };
/** Longer than a poll of the feed, and than what the indexer remembers of pods and of the ownership record. */
const SILENCE_MS = 12_000;
const FIRST_PUSHES = 6;
const WATCHED_MS = 60_000;
const HOUR_MS = 3_600_000;
const HOURS_A_MONTH = 730;
/** On demand, us-east-1. */
const DOLLARS_A_UNIT = 0.125 / 1_000_000;

export async function measureIdle(stage: Stage): Promise<IdleFigures> {
  await stage.restartPods([...NUDGED, 'feed'], SILENT);
  const pusher = await createPusher(stage.registries);
  const pushOne = async (tag: string) => {
    await pusher.push(repositories[0] ?? '', tag);
    return followTag(stage, tag);
  };
  await pushOne('before-silence');
  const lags: number[] = [];
  for (let at = 0; at < FIRST_PUSHES; at += 1) {
    // Not in step with the replicas' own rhythm.
    await wait(SILENCE_MS + at * 700);
    lags.push(...(await pushOne(`silent-${at}`)).slice(0, -1));
  }
  // What a patch leaves out is read after half a minute, and written.
  await wait(2 * SILENCE_MS + SILENCE_MS);
  const watched = await watchReads(stage);
  const comparison = await readsOfComparison(stage);
  const nudgedHour = plus(anHour(watched[0]), comparison);
  return {
    firstPush: distributionOf(lags),
    nudgedHour,
    unnudgedHour: plus(anHour(watched.at(-1)), comparison),
    dollarsAMonth: nudgedHour.units * HOURS_A_MONTH * DOLLARS_A_UNIT,
  };
}

async function watchReads(stage: Stage): Promise<Reads[]> {
  const reads = () => Promise.all(stage.pods().map((pod) => pod.usage()));
  const before = await reads();
  await wait(WATCHED_MS);
  const after = await reads();
  return after.map(({ requests, units }, at) => ({
    requests: requests - (before[at]?.requests ?? 0),
    units: units - (before[at]?.units ?? 0),
  }));
}

/** One walk over the whole feed, as replicas make each hour. */
async function readsOfComparison({ live }: Stage): Promise<Reads> {
  const meter = createMeter();
  const index = live.open(meter);
  const feed = index.feed(FEED_SHARDS);
  for (let shard = 0; shard < FEED_SHARDS; shard += 1)
    for await (const page of feed.changes(shard, 0, new AbortController().signal)) page.at(0);
  index.close();
  return { requests: meter.reads, units: meter.readUnits };
}

function anHour({ requests, units }: Reads = { requests: 0, units: 0 }): Reads {
  const times = HOUR_MS / WATCHED_MS;
  return { requests: requests * times, units: units * times };
}

function plus(a: Reads, b: Reads): Reads {
  return { requests: a.requests + b.requests, units: a.units + b.units };
}
