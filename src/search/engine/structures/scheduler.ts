import { createTurnQueue } from '../../../async/turn-queue.ts';
import { type Answer, EngineBusy } from '../../api.ts';

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

/**
 * Does all steps, at once where they are few. Throws or rejects with the signal's reason once that is aborted, and with
 * an EngineBusy where too much other work waits already; without a signal it is work of our own, which is done in any case.
 */
export type Scheduler = <T>(steps: Steps<T>, signal: AbortSignal | undefined) => Answer<T>;

/** Of the work that waits for its turn so much goes on; the rest has not taken much memory yet. */
const AT_A_TIME = 6;
/** More would wait for longer than people do, at milliseconds each. */
const MOST_IN_LINE = 64;

/**
 * Work goes on for `sliceMs`, then others have a turn. What is not done by then waits in one line, of which one slice
 * is done in each turn of the event loop: else ten long answers at once would hold it for ten slices. Only the first
 * few in line take turns with each other, because each needs more memory the further it gets.
 */
export function createScheduler(sliceMs: number, mostInLine = MOST_IN_LINE): Scheduler {
  const queue = createTurnQueue({ mostWaiting: mostInLine, atATime: AT_A_TIME });

  const answerLater = <T>(steps: Steps<T>, signal: AbortSignal | undefined) =>
    new Promise<T>((resolve, reject) => {
      const goOn = () => {
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
      };
      queue.add({ goOn, signal });
    });

  return (steps, signal) => {
    signal?.throwIfAborted();
    // The longer the line the less at once, for as much may come in one turn; what is short is answered all the same.
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
