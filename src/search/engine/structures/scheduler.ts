import { setImmediate } from 'node:timers/promises';
import type { Answer } from '../../api.ts';

/**
 * Work in steps: wherever it yields, other things may happen. Between two yields it does little enough to be asked the
 * time each time, some ten microseconds to some hundred.
 *
 * Generator functions stand at the top of modules. V8 makes one that is made anew for each query a hidden class of its
 * own, which takes ten times as long as the call; and because such classes are among the old objects, everything that
 * the function closes over outlives the collections of the young, which then take milliseconds.
 */
export type Steps<T> = Generator<undefined, T, undefined>;

/** Work of which nothing is left to do. */
export function* done<T>(value: T): Steps<T> {
  yield* [];
  return value;
}

/** Does all steps at once. */
export function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const result = steps.next();
    if (result.done) return result.value;
  }
}

/** Does all steps, at once where they are few. Throws or rejects with the signal's reason once that is aborted. */
export type Scheduler = <T>(steps: Steps<T>, signal: AbortSignal | undefined) => Answer<T>;

/** Of the work that waits for its turn so much goes on; the rest has not taken much memory yet. */
const AT_A_TIME = 6;

/** Does one slice of some work; says whether that was the last. */
type Slice = () => boolean;

/**
 * Work goes on for `sliceMs`, then others have a turn. What is not done by then waits in one line, of which one slice
 * is done in each turn of the event loop: else ten long answers at once would hold it for ten slices. Only the first
 * few in line take turns with each other, because each needs more memory the further it gets.
 */
export function createScheduler(sliceMs: number): Scheduler {
  const line: Slice[] = [];

  const workOff = async () => {
    for (let slice = line[0]; slice; slice = line[0]) {
      await setImmediate();
      const isDone = slice();
      line.shift();
      if (!isDone) line.splice(AT_A_TIME - 1, 0, slice);
    }
  };

  const answerLater = <T>(steps: Steps<T>, signal: AbortSignal | undefined) =>
    new Promise<T>((resolve, reject) => {
      line.push(() => {
        try {
          // Lets the work tidy up after itself, and throws.
          if (signal?.aborted) steps.throw(signal.reason);
          const result = workFor(steps, sliceMs);
          if (result.done) resolve(result.value);
          return result.done === true;
        } catch (error) {
          reject(error);
          return true;
        }
      });
      if (line.length === 1) void workOff();
    });

  return (steps, signal) => {
    signal?.throwIfAborted();
    // The longer the line the less at once, for as much may come in one turn; what is short is answered all the same.
    const result = workFor(steps, sliceMs / (1 + Math.min(line.length, AT_A_TIME)));
    return result.done ? result.value : answerLater(steps, signal);
  };
}

function workFor<T>(steps: Steps<T>, sliceMs: number): IteratorResult<undefined, T> {
  const endMs = performance.now() + sliceMs;
  for (;;) {
    const result = steps.next();
    if (result.done || performance.now() >= endMs) return result;
  }
}
