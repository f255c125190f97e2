import { setImmediate, setTimeout } from 'node:timers/promises';

/** Lets long work give other work a turn on the event loop. */
export interface Turn {
  /** Whether the turn has lasted long enough; checked between two small steps. */
  isOver(): boolean;
  /** Lets other work run, then starts the next turn. */
  next(): Promise<void>;
}

/** Short enough that a request can wait for a turn without being slow. */
const TURN_MS = 3;

/**
 * Starts a turn of `turnMs` milliseconds.
 *
 * @example
 * const turn = createTurn();
 * for (const item of items) {
 *   work(item);
 *   if (turn.isOver()) await turn.next();
 * }
 */
export function createTurn(turnMs = TURN_MS): Turn {
  let beganMs = performance.now();
  return {
    isOver: () => performance.now() - beganMs >= turnMs,
    async next() {
      await setImmediate();
      beganMs = performance.now();
    },
  };
}

/** A turn of the event loop that takes no longer leaves time to spare. */
const SHORT_MS = 1;

export interface SpareTimeOptions {
  /** The shortest time between two that go on; 4 ms when left out. */
  readonly apartMs?: number;
  /**
   * The longest wait for a short turn; 100 ms when left out. Then work goes on even where none is, as in a process that
   * gets little CPU.
   */
  readonly longestWaitMs?: number;
}

/**
 * Lets those that wait go on one after another, each once the event loop has time to spare and some milliseconds after
 * the one before: what begins in the same moment would keep everything else waiting, in this process and in those that
 * it asks on the same machine.
 *
 * @example
 * const spareTime = createSpareTime();
 * await spareTime();
 */
export function createSpareTime({ apartMs = 4, longestWaitMs = 100 }: SpareTimeOptions = {}): () => Promise<void> {
  let last = Promise.resolve();
  let nextMs = 0;
  const pass = async (endMs: number) => {
    // A timer may be early by a part of a millisecond.
    while (performance.now() < nextMs) await setTimeout(Math.ceil(nextMs - performance.now()));
    await shortTurn(endMs);
    nextMs = performance.now() + apartMs;
  };
  return () => {
    const endMs = performance.now() + longestWaitMs;
    last = last.then(() => pass(endMs));
    return last;
  };
}

async function shortTurn(endMs: number): Promise<void> {
  for (let nowMs = performance.now(); nowMs < endMs; ) {
    const beganMs = nowMs;
    await setImmediate();
    nowMs = performance.now();
    if (nowMs - beganMs < SHORT_MS) return;
  }
}

/** Work that waits, of which one slice is done in each turn of the event loop: other things happen in between. */
export interface TurnQueue {
  /** How much waits. */
  length(): number;
  /** Whether more may wait. Where it is full, work that was given up leaves it first. */
  hasRoom(): boolean;
  /** Puts work at the end, whether there is room or not. */
  add(work: SlicedWork): void;
}

export interface SlicedWork {
  /** Does one slice and says whether that was the last. Never throws. Aborted work is to end itself here. */
  readonly goOn: () => boolean;
  /** Undefined for work that is never given up. */
  readonly signal: AbortSignal | undefined;
}

export interface TurnQueueOptions {
  readonly mostWaiting: number;
  /** How many at the front take turns with each other; the others have not begun. 1 when left out. */
  readonly atATime?: number;
}

/** @example if (queue.hasRoom()) queue.add({ goOn: () => { work(); return true; }, signal }); */
export function createTurnQueue({ mostWaiting, atATime = 1 }: TurnQueueOptions): TurnQueue {
  let line: SlicedWork[] = [];
  let isWorking = false;

  const workOff = async () => {
    isWorking = true;
    while (line.length > 0) {
      await setImmediate();
      const work = line.shift();
      if (work && !work.goOn()) line.splice(atATime - 1, 0, work);
    }
    isWorking = false;
  };

  const endGivenUp = () => {
    line = line.filter(({ signal, goOn }) => !(signal?.aborted && goOn()));
  };

  return {
    length: () => line.length,
    hasRoom() {
      if (line.length >= mostWaiting) endGivenUp();
      return line.length < mostWaiting;
    },
    add(work) {
      line.push(work);
      if (!isWorking) void workOff();
    },
  };
}
