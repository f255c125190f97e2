/** So many repositories may go at once from an index of any size without anything being wrong. */
const FEW = 20;
const SHARE = 0.1;

/**
 * How many of `living` repositories may go at once before somebody has to look: a mistaken bucket or table must not
 * empty the index.
 */
export function removableOf(living: number): number {
  return Math.max(FEW, Math.floor(living * SHARE));
}
