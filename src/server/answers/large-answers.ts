import { createTurnQueue } from '../../async/turn.ts';
import { type Answer, EngineBusy } from '../../search/api.ts';

/** Makes answers of many rows one in each turn of the event loop, so that small answers are given in between. */
export interface LargeAnswers {
  /**
   * Does `work` at once for few rows, else when its turn comes. Rejects with an EngineBusy if too many wait, and with
   * the signal's reason if that aborts.
   */
  inTurn<T>(request: LargeRequest, work: () => Answer<T>): Answer<T>;
}

export interface LargeRequest {
  /** The most that the answer has. */
  readonly rows: number;
  readonly signal: AbortSignal;
}

/** A thousand rows take 1 to 2 ms, of which most is reading and writing them; a hundred a tenth of that. */
const MAX_ROWS_AT_ONCE = 100;
/** The last of them waits about a tenth of a second; more would let a flood decide how long others wait. */
const MAX_WAITING = 64;

export function createLargeAnswers(mostWaiting = MAX_WAITING): LargeAnswers {
  const queue = createTurnQueue({ mostWaiting });

  const later = <T>(work: () => Answer<T>, signal: AbortSignal) =>
    new Promise<T>((resolve, reject) => {
      const goOn = () => {
        try {
          signal.throwIfAborted();
          resolve(work());
        } catch (error) {
          reject(error);
        }
        return true;
      };
      queue.add({ goOn, signal });
    });

  return {
    inTurn({ rows, signal }, work) {
      if (rows <= MAX_ROWS_AT_ONCE) return work();
      return queue.hasRoom() ? later(work, signal) : Promise.reject(new EngineBusy());
    },
  };
}
