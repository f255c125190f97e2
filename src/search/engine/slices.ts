import { setImmediate } from 'node:timers/promises';
import type { Answer } from '../engine.ts';

/**
 * Work in steps: wherever it yields, other things may happen. Between two yields it does little enough to be asked the
 * time each time, some ten microseconds to some hundred.
 */
export type Steps<T> = Generator<undefined, T, undefined>;

/** Does all steps, at once where they are few. Throws or rejects with the signal's reason once that is aborted. */
export type Slicer = <T>(steps: Steps<T>, signal: AbortSignal | undefined) => Answer<T>;

/**
 * Work goes on for `sliceMs`, then others have a turn. What is not done by then goes on one slice in each turn of the
 * event loop, however much of it there is: else ten long answers at once would hold it for ten slices.
 */
export function createSlicer(sliceMs: number): Slicer {
  let lastInLine: Promise<void> = Promise.resolve();

  const nextTurn = () => {
    lastInLine = lastInLine.then(() => setImmediate());
    return lastInLine;
  };

  const answerLater = async <T>(steps: Steps<T>, signal: AbortSignal | undefined): Promise<T> => {
    for (;;) {
      await nextTurn();
      // Lets the work tidy up after itself, and throws.
      if (signal?.aborted) steps.throw(signal.reason);
      const { done, value } = workFor(steps, sliceMs);
      if (done) return value;
    }
  };

  return (steps, signal) => {
    signal?.throwIfAborted();
    const { done, value } = workFor(steps, sliceMs);
    return done ? value : answerLater(steps, signal);
  };
}

function workFor<T>(steps: Steps<T>, sliceMs: number): IteratorResult<undefined, T> {
  const endMs = performance.now() + sliceMs;
  for (;;) {
    const result = steps.next();
    if (result.done || performance.now() >= endMs) return result;
  }
}
