import { withDeadline } from '../../async/deadline.ts';

/** Of one step of a pass; requests have less, so that one that is not answered is told by its own name. */
const STEP_SECONDS = 10;

/** Who is asked for what, in words for people. */
export interface Question {
  readonly asked: string;
  readonly about: string;
}

/** A step whose answers came too slowly, though each perhaps in time. */
export class StepTimedOut extends Error {
  constructor({ asked, about }: Question, cause: unknown) {
    super(`${asked} did not answer everything about ${about} within ${STEP_SECONDS} s; it is tried again`, { cause });
    this.name = 'StepTimedOut';
  }
}

/**
 * Does one step within its time, so that one that hangs leaves the steps after it their turn. Rejects with StepTimedOut
 * where the time was over.
 */
export async function inTime<T>(
  signal: AbortSignal,
  question: Question,
  step: (limited: AbortSignal) => Promise<T>,
): Promise<T> {
  let isLate = false;
  const watched = (limited: AbortSignal) => {
    limited.addEventListener('abort', () => {
      isLate = !signal.aborted;
    });
    return step(limited);
  };
  return withDeadline(signal, STEP_SECONDS * 1_000, watched).catch((error: unknown) => {
    throw isLate ? new StepTimedOut(question, error) : error;
  });
}
