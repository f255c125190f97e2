import { setImmediate } from 'node:timers/promises';

/** Long work that lets others have the event loop now and then. */
export interface Turn {
  /** Whether it has lasted long enough; asked between two small steps. */
  isOver(): boolean;
  /** Waits until everybody else had theirs, and begins anew. */
  next(): Promise<void>;
}

/** A request that waits for one turn does not notice it. */
const TURN_MS = 3;

/**
 * Begins a turn of `turnMs` milliseconds.
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
