import type { Sets } from './set-pool.ts';
import type { Writes } from './writes.ts';

/** So many may wait at a time; the memory of others is left to the collector. */
const MOST_LEAVING = 16;

/**
 * Gives sets back that are kept no longer, once nobody looks at them any more. New memory for whatever is kept next would
 * soon call for a full collection.
 */
export function createLeaving(writes: Pick<Writes, 'whenUnwatched'>): (sets: Sets) => void {
  let leaving = 0;
  return (sets) => {
    if (leaving === MOST_LEAVING) return;
    leaving += 1;
    writes.whenUnwatched(() => {
      leaving -= 1;
      sets.end();
    });
  };
}
