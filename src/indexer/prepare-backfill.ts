import { type Failure, ServiceError } from '../aws/errors.ts';
import type { RangePlan, RangeProgress, RangeStore } from '../index/ranges.ts';
import type { Layout } from '../storage/layout.ts';
import type { Logger } from '../telemetry/log.ts';
import { agreeOnPlan, blindPlan } from './plan.ts';
import { startOfRange } from './range-tally.ts';
import { type RetryPolicy, retrying } from './retrying.ts';
import type { RangeOutcome } from './run-range.ts';

export interface PrepareOptions {
  readonly layout: Layout;
  readonly ranges: RangeStore;
  readonly epoch: number;
  readonly worker: { readonly index: number };
  readonly retry: RetryPolicy;
  readonly now: () => number;
  readonly log: Logger;
}

export interface Prepared {
  readonly plan: RangePlan;
  readonly progress: readonly RangeProgress[];
  /** What ended the backfill before it began. */
  readonly end: RangeOutcome | undefined;
}

/** A last word to the table, whose service may be the one that does not answer. */
const LEAVE_TIMEOUT_MS = 3_000;

/** The plan of this epoch and how far it has come; makes the plan when nobody has. */
export async function prepareBackfill(options: PrepareOptions, signal: AbortSignal): Promise<Prepared> {
  const { retry, now, log } = options;
  const prepare = async (): Promise<Prepared> => {
    const plan = await agreeOnPlan(options, signal);
    return { plan, progress: await options.ranges.readProgress(plan, signal), end: undefined };
  };
  const onRetry = ({ reason, message }: Failure, waitMs: number) =>
    log.warn({ reason, message, waitMs }, 'the ranges will be planned again');
  try {
    return await retrying(prepare, { ...retry, now, position: () => 0, onRetry }, signal);
  } catch (error) {
    const end = await endOf(options, error, signal);
    return { plan: blindPlan(options.epoch), progress: [], end };
  }
}

async function endOf(options: PrepareOptions, error: unknown, signal: AbortSignal): Promise<RangeOutcome> {
  if (signal.aborted) return { kind: 'stopped' };
  if (!(error instanceof ServiceError)) throw error;
  if (error.failure.kind === 'conflict') return { kind: 'superseded' };
  options.log.error({ err: error }, 'the ranges cannot be planned');
  await tellFailure(options, error.failure).catch((err: unknown) =>
    options.log.warn({ err }, 'what stopped the backfill could not be written'),
  );
  return { kind: 'failed', failure: error.failure };
}

/** A failure is told in the progress of a range, so there must be ranges even where the registry could not be counted. */
async function tellFailure(
  { ranges, epoch, worker, now }: PrepareOptions,
  { reason, message }: Failure,
): Promise<void> {
  const signal = AbortSignal.timeout(LEAVE_TIMEOUT_MS);
  const plan = await ranges.agreePlan(blindPlan(epoch), signal);
  if (worker.index > plan.boundaries.length) return;
  const start = startOfRange(worker.index, epoch, undefined);
  await ranges.writeProgress({ ...start, state: 'failed', failure: { reason, message }, updatedAtMs: now() }, signal);
}
