import { withDeadline } from '../../async/deadline.ts';
import type { RetryPolicy } from '../../async/retry.ts';
import { inSeconds } from '../../async/retry.ts';
import { type Failure, ServiceError } from '../../aws/errors.ts';
import { isConflict } from '../../dynamodb/items/conditional-put.ts';
import type { RangePlan, RangeProgress, RangeStore } from '../../dynamodb/state/ranges.ts';
import type { Layout } from '../../storage/layout.ts';
import type { Logger } from '../../telemetry/log.ts';
import { REPORT_TIMEOUT_MS } from '../report-timeout.ts';
import { retryService } from '../retry-service.ts';
import { agreeOnPlan, unplanned } from './plan.ts';
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

/** `ended`: the backfill ended before it had a plan. */
export type Prepared =
  | { readonly kind: 'planned'; readonly plan: RangePlan; readonly progress: readonly RangeProgress[] }
  | { readonly kind: 'ended'; readonly outcome: RangeOutcome };

/** The first worker makes the plan. A million names are counted in that time. */
const WAIT_FOR_PLAN_MS = 2 * 60_000;

/** Reads, or else makes, the plan of this epoch, and reads its progress. */
export async function prepareBackfill(options: PrepareOptions, signal: AbortSignal): Promise<Prepared> {
  const { retry, now, log, ranges, worker } = options;
  const waitMs = worker.index === 0 ? 0 : WAIT_FOR_PLAN_MS;
  const prepare = async (): Promise<Prepared> => {
    const plan = await agreeOnPlan({ ...options, waitMs }, signal);
    return { kind: 'planned', plan, progress: await ranges.readProgress(plan, signal) };
  };
  const onRetry = async (failure: Failure, waitMs: number) => {
    const { reason, message } = failure;
    log.warn({ reason, message, waitMs }, `Failed to plan the ranges; retrying in ${inSeconds(waitMs)}`);
    await withDeadline(signal, REPORT_TIMEOUT_MS, (limited) => reportFailure(options, failure, limited));
  };
  try {
    return await retryService(prepare, { ...retry, now, position: () => 0, onRetry }, signal);
  } catch (error) {
    return { kind: 'ended', outcome: await endOf(options, error, signal) };
  }
}

async function endOf(options: PrepareOptions, error: unknown, signal: AbortSignal): Promise<RangeOutcome> {
  if (signal.aborted) return { kind: 'stopped' };
  if (isConflict(error)) return { kind: 'superseded' };
  if (!(error instanceof ServiceError)) throw error;
  options.log.error({ err: error }, 'Failed to plan the ranges; giving up');
  await reportFailure(options, error.failure, AbortSignal.timeout(REPORT_TIMEOUT_MS)).catch(() => undefined);
  return { kind: 'failed', failure: error.failure };
}

/** Writes the failure in place of the plan until there is one. Rejects only when the epoch is over. */
async function reportFailure({ ranges, epoch, log }: PrepareOptions, failure: Failure, signal: AbortSignal) {
  await ranges.agreePlan(unplanned(epoch, failure), signal).catch((err: unknown) => {
    if (isConflict(err)) throw err;
    log.warn({ err }, 'Failed to write why the ranges cannot be planned');
  });
}
