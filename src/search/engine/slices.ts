import { setImmediate } from 'node:timers/promises';
import type { Answer } from '../engine.ts';

/**
 * Work in steps: wherever it yields, other things may happen. Between two yields it does little enough to be asked the
 * time each time, some ten microseconds to some hundred.
 */
export type Steps<T> = Generator<undefined, T, undefined>;

export interface Slicing {
  /** How long work may go on before others have a turn. */
  readonly sliceMs: number;
  readonly signal: AbortSignal | undefined;
}

/** Does all steps, at once where they are few. Throws or rejects with the signal's reason once that is aborted. */
export function answerInSlices<T>(steps: Steps<T>, { sliceMs, signal }: Slicing): Answer<T> {
  signal?.throwIfAborted();
  const { done, value } = workFor(steps, sliceMs);
  return done ? value : answerLater(steps, { sliceMs, signal });
}

async function answerLater<T>(steps: Steps<T>, { sliceMs, signal }: Slicing): Promise<T> {
  for (;;) {
    await setImmediate();
    // Lets the work tidy up after itself, and throws.
    if (signal?.aborted) steps.throw(signal.reason);
    const { done, value } = workFor(steps, sliceMs);
    if (done) return value;
  }
}

function workFor<T>(steps: Steps<T>, sliceMs: number): IteratorResult<undefined, T> {
  const endMs = performance.now() + sliceMs;
  for (;;) {
    const result = steps.next();
    if (result.done || performance.now() >= endMs) return result;
  }
}
