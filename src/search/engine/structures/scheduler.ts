import { createTurnQueue } from '../../../async/turn.ts';
import { type Answer, EngineBusy } from '../../api.ts';
import { WAITING } from '../cost-model.ts';

/**
 * Work in steps: wherever it yields, other work may run. Between two yields it takes ten to a hundred microseconds, so
 * that looking at the clock at each yield costs next to nothing.
 *
 * Generator functions stand at the top of modules. To a generator function that is created for each query V8 gives a
 * hidden class of its own, which takes ten times as long as the call. Such a class is an old object, so that everything
 * the function closes over outlives young garbage collections, which then take milliseconds.
 */
export type Steps<T> = Generator<undefined, T, undefined>;

/** A value that is there already, as steps. */
export function* done<T>(value: T): Steps<T> {
  yield* [];
  return value;
}

/** Runs all steps without a pause. */
export function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const result = steps.next();
    if (result.done) return result.value;
  }
}

/**
 * Runs all steps, at once where they are few. Throws or rejects with the signal's reason once that aborts, and with an
 * EngineBusy where too much other work is waiting. Work without a signal is the program's own, and is always done.
 */
export type Scheduler = <T>(steps: Steps<T>, signal: AbortSignal | undefined) => Answer<T>;

/**
 * Work runs for `sliceMs`. What is not done by then waits in one line, of which one slice runs in each turn of the
 * event loop: otherwise ten long queries at once would hold the loop for ten slices. Only the first few in line take
 * turns, because work needs more memory the further it gets.
 */
export function createScheduler(sliceMs: number, mostInLine: number = WAITING.queries): Scheduler {
  const queue = createTurnQueue({ mostWaiting: mostInLine, atATime: WAITING.begun });

  const answerLater = <T>(steps: Steps<T>, signal: AbortSignal | undefined) =>
    new Promise<T>((resolve, reject) => {
      const goOn = () => {
        try {
          // Runs the `finally` blocks of the work, and throws.
          if (signal?.aborted) steps.throw(signal.reason);
          const result = workFor(steps, sliceMs);
          if (result.done) resolve(result.value);
          return result.done === true;
        } catch (error) {
          reject(error);
          return true;
        }
      };
      queue.add({ goOn, signal });
    });

  return (steps, signal) => {
    signal?.throwIfAborted();
    // The longer the line, the shorter the first slice: many queries may arrive in one turn. Short ones still finish.
    const result = workFor(steps, sliceMs / (1 + queue.length()));
    if (result.done) return result.value;
    if (signal && !queue.hasRoom()) steps.throw(new EngineBusy());
    return answerLater(steps, signal);
  };
}

function workFor<T>(steps: Steps<T>, sliceMs: number): IteratorResult<undefined, T> {
  const endMs = performance.now() + sliceMs;
  for (;;) {
    const result = steps.next();
    if (result.done || performance.now() >= endMs) return result;
  }
}
