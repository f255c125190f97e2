import { setTimeout as wait } from 'node:timers/promises';
import { request } from 'undici';
import { startRegistry } from '../../env/registry.ts';
import { type Distribution, distributionOf } from '../support/distribution.ts';
import { type CpuSeconds, cpuBetween, cpuSoFar } from './cpu-shares.ts';
import { createPusher, type Pusher, repositories } from './pushes.ts';
import { BUCKET, REGISTRIES, type Stage, totalOf } from './stage.ts';

/** Pushes, and what they have cost this machine. */
export interface PushFigures {
  readonly perSecond: number;
  /** What the registry has really taken. */
  readonly pushesPerSecond: number;
  /** While it lasted. */
  readonly cpu: CpuSeconds;
  readonly pushes: number;
  readonly seconds: number;
}

export interface LagFigures extends PushFigures {
  /** Of every push that was followed, on each of the replicas that are nudged; milliseconds from the registry's 201. */
  readonly nudged: Distribution;
  /** The same on the one that is not. */
  readonly fed: Distribution;
  /**
   * Of this, between the event at the indexer and its write, on average; the registry sends one event after another.
   */
  readonly indexerMs: number;
}

/**
 * How often the same query is asked, and how often once it has been found too late: those who ask must not be the load.
 */
const ASK_EVERY_MS = 50;
const LATE_MS = 1_000;
const ASK_LATE_EVERY_MS = 250;
const FOUND_WITHIN_MS = 30_000;
/** Pushes that are followed, a second. */
const FOLLOWED_PER_SECOND = 4;
/** … also when pushes are found late, and more and more of them are asked for. */
const FOLLOWED_AT_ONCE = 8;

/** A hundredth of fewer is none: on three replicas these are 120 hits. */
const LEAST_PUSHES = 40;

export interface LagJob {
  readonly perSecond: number;
  readonly seconds: number;
}

/** Pushes at a steady rate, whatever becomes of it, and asks on every replica until it finds what was pushed. */
export async function measureLag(stage: Stage, { perSecond, seconds }: LagJob): Promise<LagFigures> {
  const pusher = await createPusher(stage.registries);
  await settled(stage, pusher);
  const total = Math.max(perSecond * seconds, LEAST_PUSHES);
  const followEvery = Math.max(1, Math.round(perSecond / FOLLOWED_PER_SECOND));
  const lags: number[][] = [];
  let following = 0;
  const before = await indexerLag(stage);
  const pushed = await pushSteadily(pusher, { perSecond, total, names: repositories }, async (tag, at) => {
    if (at % followEvery > 0 || following >= FOLLOWED_AT_ONCE) return;
    following += 1;
    lags.push(await followTag(stage, tag));
    following -= 1;
  });
  const after = await indexerLag(stage);
  return {
    ...pushed,
    indexerMs: (1_000 * (after.sum - before.sum)) / Math.max(1, after.count - before.count),
    nudged: distributionOf(lags.flatMap((of) => of.slice(0, -1))),
    fed: distributionOf(lags.flatMap((of) => of.slice(-1))),
  };
}

/** The same pushes to registries that tell nobody: what this machine has left is what everything else has. */
export async function measureFloor({ s3 }: Stage, { perSecond, seconds }: LagJob): Promise<PushFigures> {
  await using parts = new AsyncDisposableStack();
  const registries = await Promise.all(
    Array.from({ length: REGISTRIES }, async () =>
      parts.adopt(await startRegistry({ s3, bucket: BUCKET }), ({ stop }) => stop()),
    ),
  );
  // Which no event names later.
  const names = repositories.map((name) => `untold/${name}`);
  const pusher = await createPusher(registries, names);
  // The registries end with this block.
  return await pushSteadily(pusher, { perSecond, total: perSecond * seconds, names }, async () => undefined);
}

interface Pace {
  readonly perSecond: number;
  readonly total: number;
  readonly names: readonly string[];
}

/** `follow` is called with each tag that the registry has taken, and its number. */
async function pushSteadily(
  pusher: Pusher,
  { perSecond, total, names }: Pace,
  follow: (tag: string, at: number) => Promise<void>,
): Promise<PushFigures> {
  const cpuBefore = await cpuSoFar();
  const beganMs = performance.now();
  const pending: Promise<void>[] = [];
  let lastAnswerMs = beganMs;
  for (let at = 0; at < total; at += 1) {
    await wait(Math.max(0, beganMs + (at / perSecond) * 1_000 - performance.now()));
    const one = async () => {
      const tag = `r${perSecond}-${at}`;
      await pusher.push(names[at % names.length] ?? '', tag);
      lastAnswerMs = performance.now();
      await follow(tag, at);
    };
    pending.push(one());
  }
  await Promise.all(pending);
  return {
    perSecond,
    pushesPerSecond: total / ((lastAnswerMs - beganMs) / 1_000),
    cpu: cpuBetween(cpuBefore, await cpuSoFar()),
    pushes: total,
    seconds: (performance.now() - beganMs) / 1_000,
  };
}

async function indexerLag(stage: Stage) {
  const [sum, count] = await Promise.all(
    ['sum', 'count'].map((of) => totalOf(stage, new RegExp(`^registry_index_event_lag_seconds_${of} (\\S+)$`, 'gm'))),
  );
  return { sum: sum ?? 0, count: count ?? 0 };
}

/** Milliseconds until each replica has found a tag, in their order. */
export function followTag(stage: Pick<Stage, 'pods'>, tag: string): Promise<number[]> {
  const beganMs = performance.now();
  return Promise.all(stage.pods().map(({ url }) => untilFound(url, tag, beganMs)));
}

async function untilFound(url: string, tag: string, beganMs: number): Promise<number> {
  for (;;) {
    const { body } = await request(`${url}/v1/search?q=${encodeURIComponent(`tag:${tag}`)}`);
    const { num_results } = JSON.parse(await body.text());
    const tookMs = performance.now() - beganMs;
    if (num_results > 0) return tookMs;
    if (tookMs > FOUND_WITHIN_MS) throw new Error(`${tag} was not found within ${FOUND_WITHIN_MS} ms`);
    const every = tookMs < LATE_MS ? ASK_EVERY_MS : ASK_LATE_EVERY_MS;
    await wait(every - (tookMs % every));
  }
}

/** The first pushes find code that was never run. */
async function settled(stage: Stage, pusher: Pusher): Promise<void> {
  for (let at = 0; at < 5; at += 1) {
    const tag = `warm-${performance.now()}`.replace('.', '-');
    await pusher.push(repositories[at] ?? '', tag);
    await followTag(stage, tag);
  }
}
