import { setImmediate } from 'node:timers/promises';
import { type Answer, EngineBusy } from '../../search/api.ts';

/** Makes answers of many rows one in each turn of the event loop, so that small answers are given in between. */
export interface LargeAnswers {
  /**
   * Does `work` at once for few rows, else when its turn comes. Rejects with an EngineBusy if too many wait, and with the
   * signal's reason if that aborts.
   */
  inTurn<T>(request: LargeRequest, work: () => Answer<T>): Answer<T>;
}

export interface LargeRequest {
  /** The most that the answer has. */
  readonly rows: number;
  readonly signal: AbortSignal;
}

/** A thousand rows take 1 to 2 ms, of which most is reading and writing them; a hundred a tenth of that. */
const MOST_ROWS_AT_ONCE = 100;
/** The last of them waits about a tenth of a second; more would let a flood decide how long others wait. */
const MOST_WAITING = 64;

interface Waiting {
  readonly signal: AbortSignal;
  readonly begin: () => void;
}

export function createLargeAnswers(mostWaiting = MOST_WAITING): LargeAnswers {
  let line: Waiting[] = [];
  let isWorking = false;

  const workOff = async () => {
    isWorking = true;
    while (line.length > 0) {
      await setImmediate();
      line.shift()?.begin();
    }
    isWorking = false;
  };

  /** Makes room: what was given up would leave the line only when its turn comes. */
  const endGivenUp = () => {
    for (const { signal, begin } of line) if (signal.aborted) begin();
    line = line.filter(({ signal }) => !signal.aborted);
  };

  const myTurn = (signal: AbortSignal) => {
    if (line.length >= mostWaiting) endGivenUp();
    if (line.length >= mostWaiting) return Promise.reject(new EngineBusy());
    return new Promise<void>((begin) => {
      line.push({ signal, begin });
      if (!isWorking) void workOff();
    });
  };

  return {
    inTurn({ rows, signal }, work) {
      if (rows <= MOST_ROWS_AT_ONCE) return work();
      return myTurn(signal).then(() => {
        signal.throwIfAborted();
        return work();
      });
    },
  };
}
