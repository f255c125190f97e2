import { sleep } from '../../async/sleep.ts';
import type { Failure } from '../../aws/errors.ts';
import type { RangePlan, RangeStore } from '../../dynamodb/state/ranges.ts';
import type { Layout } from '../../storage/layout.ts';

/** A worker takes seconds to a few minutes for a range, which is lost at most when it is killed. */
const REPOSITORIES_PER_RANGE = 150;
const MAX_RANGES = 256;
/** Sampled names to cut between; with so many, ranges differ in size by one part in 32. */
const MAX_SAMPLES = 8_192;

const LOOK_EVERY_MS = 1_000;

/** Every `stride`th of `count` names, from the first. */
export interface NameSample {
  readonly count: number;
  readonly stride: number;
  readonly names: readonly string[];
}

export interface PlanOptions {
  readonly layout: Pick<Layout, 'listNames'>;
  readonly ranges: RangeStore;
  readonly epoch: number;
  /** How long to wait for the worker that makes the plan. */
  readonly waitMs: number;
}

/** The plan of this epoch: that of another worker if it is there in time, else one made here by listing all names. */
export async function agreeOnPlan(options: PlanOptions, signal: AbortSignal): Promise<RangePlan> {
  const { layout, ranges, epoch } = options;
  const agreed = await planInTime(options, signal);
  if (agreed && !agreed.failure) return agreed;
  return ranges.agreePlan(cutRanges(epoch, await sampleNames(layout.listNames(signal))), signal);
}

async function planInTime({ ranges, epoch, waitMs }: PlanOptions, signal: AbortSignal): Promise<RangePlan | undefined> {
  for (let waitedMs = 0; ; waitedMs += LOOK_EVERY_MS) {
    const plan = await ranges.readPlan(epoch, signal);
    if (plan || waitedMs >= waitMs) return plan;
    await sleep(LOOK_EVERY_MS, signal);
    signal.throwIfAborted();
  }
}

/** Counts names, given in key order, in bounded memory: when there are too many samples, every other one is dropped. */
export async function sampleNames(source: AsyncIterable<string>): Promise<NameSample> {
  let names: string[] = [];
  let count = 0;
  let stride = 1;
  for await (const name of source) {
    if (count % stride === 0) names.push(name);
    count += 1;
    if (names.length <= MAX_SAMPLES) continue;
    names = names.filter((_, at) => at % 2 === 0);
    stride *= 2;
  }
  return { count, stride, names };
}

/** Cuts at least one range; ranges have about equal numbers of repositories, and their counts are exact. */
export function cutRanges(epoch: number, { count, stride, names }: NameSample): RangePlan {
  const total = Math.max(1, Math.min(MAX_RANGES, Math.ceil(count / REPOSITORIES_PER_RANGE)));
  const cuts = Array.from({ length: total - 1 }, (_, at) => Math.round(((at + 1) * count) / total / stride));
  const ends = [...cuts.map((cut) => cut * stride), count];
  return {
    epoch,
    boundaries: cuts.flatMap((cut) => names[cut] ?? []),
    counts: ends.map((end, at) => end - (ends[at - 1] ?? 0)),
  };
}

/** Stands in place of a plan while none can be made, and says why. */
export function unplanned(epoch: number, { reason, message }: Failure): RangePlan {
  return { epoch, boundaries: [], counts: undefined, failure: { reason, message } };
}

/**
 * Cuts a list into `count` partitions of neighbours, about equally long; some are empty when there are fewer items.
 * Workers and the concurrent walks of one worker get neighbouring ranges because a walk that begins where the one
 * before it ended can use the rest of its last page.
 */
export function partitions<Item>(items: readonly Item[], count: number): Item[][] {
  const cut = (at: number) => Math.floor((at * items.length) / count);
  return Array.from({ length: count }, (_, at) => items.slice(cut(at), cut(at + 1)));
}
