import { setImmediate } from 'node:timers/promises';

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
