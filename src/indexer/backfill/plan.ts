import { sleep } from '../../async/sleep.ts';
import type { Failure } from '../../aws/errors.ts';
import type { RangePlan, RangeStore } from '../../dynamodb/state/ranges.ts';
import type { Layout } from '../../storage/layout.ts';

/** A range takes a worker seconds to a few minutes; that much is repeated when one is killed. */
const REPOSITORIES_PER_RANGE = 150;
const MAX_RANGES = 256;
/** Names kept to cut between, of however many there are; ranges come out even to one part in 32. */
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
  /** How long somebody else, who counts the names already, is waited for. */
  readonly waitMs: number;
}

/** The plan of this epoch: the one that is there in time, if it has ranges, else one cut by the names there are. */
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

/** Counts names, given in key order, in bounded memory: when there are too many samples, every other one goes. */
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

/** Ranges of about equal numbers of repositories; one at least. The counts are exact. */
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

/** What stands for a plan while nobody can make one. */
export function unplanned(epoch: number, { reason, message }: Failure): RangePlan {
  return { epoch, boundaries: [], counts: undefined, failure: { reason, message } };
}

/**
 * Cuts a list into so many runs of neighbours of about equal length; some are empty when there are more runs than items.
 * Ranges are shared out this way, among workers and among what a worker does side by side, because a walk that begins
 * where the one before it ended need not list what that one has read already.
 */
export function stretches<Item>(items: readonly Item[], count: number): Item[][] {
  const cut = (at: number) => Math.floor((at * items.length) / count);
  return Array.from({ length: count }, (_, at) => items.slice(cut(at), cut(at + 1)));
}
