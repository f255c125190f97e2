import { setTimeout as wait } from 'node:timers/promises';
import { startRegistry } from '../../env/registry.ts';
import { type Distribution, distributionOf } from '../support/distribution.ts';
import { type CpuSeconds, cpuBetween, cpuSoFar, stolenSoFar } from './cpu-shares.ts';
import { type FollowedPush, followPush, followTag } from './follow.ts';
import { createPusher, type Pusher, repositories } from './pushes.ts';
import { BUCKET, REGISTRIES, type Stage, totalOf, type Way } from './stage.ts';

/** Pushes, and what they have cost this machine. */
export interface PushFigures {
  readonly perSecond: number;
  /** What the registry has really taken. */
  readonly pushesPerSecond: number;
  /** While it lasted. */
  readonly cpu: CpuSeconds;
  /** Seconds of CPU that this machine was not given meanwhile. */
  readonly stolen: number;
  readonly pushes: number;
  readonly seconds: number;
}

export interface LagFigures extends PushFigures {
  /** The rate that this one stands for: on a slower machine it is lower. */
  readonly nominal: number;
  readonly way: Way;
  /** Of every push that was followed, on each of the replicas; milliseconds from the registry's 201. */
  readonly found: Distribution;
  /**
   * Of this, between the event at the indexer and its write, on average; the registry sends one event after another.
   */
  readonly indexerMs: number;
  /** In time; a replica that was only late may have read what they named. */
  readonly nudgesNotTaken: number;
  /** Those that were found last, the slowest first. */
  readonly slowest: readonly FollowedPush[];
}

/** Pushes that are followed, a second. */
const FOLLOWED_PER_SECOND = 1;

/** Of so many pushes one is followed. */
function followEveryOf(perSecond: number): number {
  return Math.max(1, Math.round(perSecond / FOLLOWED_PER_SECOND));
}

/** At once, also when pushes are found late, and more and more of them are asked for. */
const FOLLOWED_AT_ONCE = 8;
/** Of which it is told where the time went. */
const SLOWEST = 5;

/** A hundredth of fewer is none: on three replicas these are 120 hits. */
const LEAST_PUSHES = 40;

export interface PushJob {
  readonly perSecond: number;
  readonly seconds: number;
}

export interface LagJob extends PushJob {
  /** That of all replicas of the stage. */
  readonly way: Way;
  /** See LagFigures. */
  readonly nominal: number;
}

/** Pushes at a steady rate, whatever becomes of it, and asks on every replica until it finds what was pushed. */
export async function measureLag(stage: Stage, { way, nominal, perSecond, seconds }: LagJob): Promise<LagFigures> {
  const pusher = await createPusher(stage.registries);
  const total = Math.max(perSecond * seconds, LEAST_PUSHES);
  const followEvery = followEveryOf(perSecond);
  const followed: FollowedPush[] = [];
  let following = 0;
  const before = await readIndexers(stage);
  const pace = { perSecond, total, names: repositories, tags: `${way}-${nominal}` };
  const pushed = await pushSteadily(pusher, pace, async ({ name, tag }, at) => {
    if (at % followEvery > 0 || following >= FOLLOWED_AT_ONCE) return;
    following += 1;
    followed.push(await followPush(stage, name, tag));
    following -= 1;
  });
  const after = await readIndexers(stage);
  return {
    ...{ ...pushed, nominal, way },
    indexerMs: (1_000 * (after.lagSum - before.lagSum)) / Math.max(1, after.lagCount - before.lagCount),
    nudgesNotTaken: after.nudgesNotTaken - before.nudgesNotTaken,
    found: distributionOf(followed.flatMap(({ hitsMs }) => hitsMs)),
    slowest: followed.toSorted((a, b) => Math.max(...b.hitsMs) - Math.max(...a.hitsMs)).slice(0, SLOWEST),
  };
}

/** The same pushes to registries that tell nobody: what this machine has left is what everything else has. */
export async function measureFloor({ s3 }: Stage, { perSecond, seconds }: PushJob): Promise<PushFigures> {
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
  const pace = { perSecond, total: perSecond * seconds, names, tags: `untold-${Math.round(performance.now())}` };
  return await pushSteadily(pusher, pace, async () => undefined);
}

interface Pace {
  readonly perSecond: number;
  readonly total: number;
  readonly names: readonly string[];
  /** What their tags begin with. */
  readonly tags: string;
}

interface PushedTag {
  /** Of its repository. */
  readonly name: string;
  readonly tag: string;
}

/** `follow` is called with each tag that the registry has taken, and its number. */
async function pushSteadily(
  pusher: Pusher,
  { perSecond, total, names, tags }: Pace,
  follow: (pushed: PushedTag, at: number) => Promise<void>,
): Promise<PushFigures> {
  const [cpuBefore, stolenBefore] = [await cpuSoFar(), await stolenSoFar()];
  const beganMs = performance.now();
  const pending: Promise<void>[] = [];
  let lastAnswerMs = beganMs;
  for (let at = 0; at < total; at += 1) {
    await wait(Math.max(0, beganMs + (at / perSecond) * 1_000 - performance.now()));
    const one = async () => {
      const [name = '', tag] = [names[at % names.length], `${tags}-${at}`];
      await pusher.push(name, tag);
      lastAnswerMs = performance.now();
      await follow({ name, tag }, at);
    };
    pending.push(one());
  }
  await Promise.all(pending);
  return {
    perSecond,
    pushesPerSecond: total / ((lastAnswerMs - beganMs) / 1_000),
    cpu: cpuBetween(cpuBefore, await cpuSoFar()),
    stolen: (await stolenSoFar()) - stolenBefore,
    pushes: total,
    seconds: (performance.now() - beganMs) / 1_000,
  };
}

async function readIndexers(stage: Stage) {
  return {
    lagSum: await totalOf(stage, /^registry_index_event_lag_seconds_sum (\S+)$/gm),
    lagCount: await totalOf(stage, /^registry_index_event_lag_seconds_count (\S+)$/gm),
    nudgesNotTaken: await totalOf(stage, /^registry_index_nudges_sent_total\{result="(?!Taken)\w+"\} (\d+)$/gm),
  };
}

/**
 * V8 and the Java VM compile for half a minute what they run often, which takes a third of the CPU of search: pushes at
 * the highest rate to other repositories, of which some are asked for. Resolves when the last has been found.
 */
export async function warmUp(stage: Stage, { perSecond, seconds }: PushJob): Promise<void> {
  const names = repositories.map((name) => `warm/${name}`);
  const pusher = await createPusher(stage.registries, names);
  const total = perSecond * seconds;
  const followEvery = followEveryOf(perSecond);
  let last: Promise<unknown> = Promise.resolve();
  await pushSteadily(pusher, { perSecond, total, names, tags: 'warm' }, async ({ tag }, at) => {
    if (at % followEvery === 0 || at === total - 1) last = followTag(stage, tag);
  });
  await last;
}
