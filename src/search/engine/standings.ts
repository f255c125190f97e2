import type { Standing } from '../engine.ts';
import type { Upserted } from './write.ts';

/** For how long what was found stands where nobody looks at the writes one by one. */
export interface Standings {
  /** Until the first write of all. */
  untilWrite(): Standing;
  /** Until texts are written, or something comes into sight or goes out of it: pushes do neither. */
  untilNewTexts(): Standing;
  /** To be told after each write. */
  written(written: Upserted): void;
}

export function createStandings(): Standings {
  let ofWrites = { isCurrent: true };
  let ofTexts = { isCurrent: true };
  return {
    untilWrite: () => ofWrites,
    untilNewTexts: () => ofTexts,
    written({ hasNewTexts, hasNewSight }) {
      ofWrites.isCurrent = false;
      ofWrites = { isCurrent: true };
      if (!hasNewTexts && !hasNewSight) return;
      ofTexts.isCurrent = false;
      ofTexts = { isCurrent: true };
    },
  };
}

/** While both stand. */
export function bothStand(a: Standing, b: Standing): Standing {
  return {
    get isCurrent() {
      return a.isCurrent && b.isCurrent;
    },
  };
}
