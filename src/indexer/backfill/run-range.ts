import { withDeadline } from '../../async/deadline.ts';
import { inSeconds } from '../../async/retry.ts';
import { type Failure, ServiceError } from '../../aws/errors.ts';
import { isConflict } from '../../dynamodb/items/conditional-put.ts';
import type { RangeProgress } from '../../dynamodb/state/ranges.ts';
import { REPORT_TIMEOUT_MS } from '../report-timeout.ts';
import { retryService } from '../retry-service.ts';
import { createFirstPass } from './first-pass.ts';
import type { RangeDeps } from './pass.ts';
import { createRangeTracker, type RangeTracker } from './range-tracker.ts';
import { createSecondPass } from './second-pass.ts';

/** `superseded`: another epoch has begun, so this one does not matter any more. */
export type RangeOutcome =
  | { readonly kind: 'done' | 'superseded' | 'stopped' }
  | { readonly kind: 'failed'; readonly failure: Failure };

/**
 * Runs one pass over a range, from `start`. Failures are written into the range's progress; those that may pass are
 * retried for minutes. Rejects only with what is no ServiceError.
 */
export async function runRange(deps: RangeDeps, start: RangeProgress, signal: AbortSignal): Promise<RangeOutcome> {
  const tracker = createRangeTracker({ ...deps, start });
  const options = {
    ...deps.retry,
    now: deps.now,
    position: () => tracker.checkpoint().lastName,
    onRetry: (failure: Failure, waitMs: number) => reportWait(deps, tracker, { failure, waitMs, signal }),
  };
  try {
    const work = start.pass === 1 ? createFirstPass(deps, tracker) : createSecondPass(deps, tracker);
    return { kind: await retryService(() => work(signal), options, signal) };
  } catch (error) {
    return endOf(deps, tracker, signal.aborted ? 'stopped' : error);
  }
}

interface Wait {
  readonly failure: Failure;
  readonly waitMs: number;
  readonly signal: AbortSignal;
}

/** Writes a delay as soon as it begins. Rejects only when the epoch is over, for then there is nothing to wait for. */
async function reportWait({ log }: RangeDeps, tracker: RangeTracker, { failure, waitMs, signal }: Wait): Promise<void> {
  const { reason, message } = failure;
  const { range } = tracker.checkpoint();
  log.warn({ range, reason, message, waitMs }, `Retrying range ${range} in ${inSeconds(waitMs)}`);
  await withDeadline(signal, REPORT_TIMEOUT_MS, (limited) => tracker.wait({ reason, message }, limited)).catch(
    (err: unknown) => {
      if (isConflict(err)) throw err;
      log.warn({ range, err }, UNWRITTEN);
    },
  );
}

const UNWRITTEN = 'Failed to write the progress of a range';

/** Ends a range for good; writes its progress if that still works. */
async function endOf({ log }: RangeDeps, tracker: RangeTracker, why: unknown): Promise<RangeOutcome> {
  if (why !== 'stopped' && !(why instanceof ServiceError)) throw why;
  const failure = why === 'stopped' ? undefined : why.failure;
  if (failure?.kind === 'conflict') return { kind: 'superseded' };
  const reported = failure && { reason: failure.reason, message: failure.message };
  const { range } = tracker.checkpoint();
  if (failure) log.error({ range, err: why }, `Failed to index range ${range}; giving up`);
  await tracker
    .leave(reported, AbortSignal.timeout(REPORT_TIMEOUT_MS))
    .catch((err: unknown) => log.warn({ range, err }, UNWRITTEN));
  return failure ? { kind: 'failed', failure } : { kind: 'stopped' };
}
