import { withDeadline } from '../../async/deadline.ts';
import { type Failure, ServiceError } from '../../aws/errors.ts';
import { isConflict } from '../../dynamodb/items/conditional-put.ts';
import type { RangeProgress } from '../../dynamodb/state/ranges.ts';
import { retryService } from '../retry-service.ts';
import { createFirstPass } from './first-pass.ts';
import type { RangeDeps } from './pass.ts';
import { createRangeTracker, type RangeTracker } from './range-tracker.ts';
import { createSecondPass } from './second-pass.ts';

/** `superseded`: another build of the tables has begun, so nothing of this one matters any more. */
export type RangeOutcome =
  | { readonly kind: 'done' | 'superseded' | 'stopped' }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** For telling what is wrong, to a table whose service may be what is wrong. */
const TELL_TIMEOUT_MS = 10_000;

/**
 * Does one pass over a range, from where the progress `start` stands. Failures are written into the range's progress;
 * those that may pass are retried for minutes. Rejects only with what is no ServiceError.
 */
export async function runRange(deps: RangeDeps, start: RangeProgress, signal: AbortSignal): Promise<RangeOutcome> {
  const tracker = createRangeTracker({ ...deps, start });
  const options = {
    ...deps.retry,
    now: deps.now,
    position: () => tracker.checkpoint().lastName,
    onRetry: (failure: Failure, waitMs: number) => tellWait(deps, tracker, { failure, waitMs, signal }),
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

/** A delay is seen as soon as it begins. Rejects only when the epoch is over, for then there is nothing to wait for. */
async function tellWait({ log }: RangeDeps, tracker: RangeTracker, { failure, waitMs, signal }: Wait): Promise<void> {
  const { reason, message } = failure;
  const { range } = tracker.checkpoint();
  log.warn({ range, reason, message, waitMs }, 'a range will be taken up again');
  await withDeadline(signal, TELL_TIMEOUT_MS, (limited) => tracker.wait({ reason, message }, limited)).catch(
    (err: unknown) => {
      if (isConflict(err)) throw err;
      log.warn({ range, err }, UNWRITTEN);
    },
  );
}

const UNWRITTEN = 'the progress of a range could not be written';

/** What ended a range for good. Progress is left behind as far as that still works. */
async function endOf({ log }: RangeDeps, tracker: RangeTracker, why: unknown): Promise<RangeOutcome> {
  if (why !== 'stopped' && !(why instanceof ServiceError)) throw why;
  const failure = why === 'stopped' ? undefined : why.failure;
  if (failure?.kind === 'conflict') return { kind: 'superseded' };
  const told = failure && { reason: failure.reason, message: failure.message };
  const { range } = tracker.checkpoint();
  if (failure) log.error({ range, err: why }, 'a range cannot be read');
  await tracker
    .leave(told, AbortSignal.timeout(TELL_TIMEOUT_MS))
    .catch((err: unknown) => log.warn({ range, err }, UNWRITTEN));
  return failure ? { kind: 'failed', failure } : { kind: 'stopped' };
}
