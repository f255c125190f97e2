import type { Slice } from './bytes.ts';
import { byteAt } from './typed.ts';

/**
 * How many letters of one word must be put in, left out, replaced or swapped with the next to get the other (optimal
 * string alignment, in bytes).
 */
export function editDistance(a: Slice, b: Slice): number {
  const width = b.end - b.start;
  let beforeLast = new Array<number>(width + 1).fill(0);
  let last = Array.from({ length: width + 1 }, (_, j) => j);
  for (let i = 1; i <= a.end - a.start; i += 1) {
    const row = [i];
    for (let j = 1; j <= width; j += 1) row.push(cheapest({ a, b, i, j }, row, [last, beforeLast]));
    beforeLast = last;
    last = row;
  }
  return last[width] ?? 0;
}

interface Cell {
  readonly a: Slice;
  readonly b: Slice;
  /** How many letters of each word are compared. */
  readonly i: number;
  readonly j: number;
}

function cheapest({ a, b, i, j }: Cell, row: readonly number[], [last, beforeLast]: [number[], number[]]): number {
  const isSame = letter(a, i) === letter(b, j);
  const isSwap = i > 1 && j > 1 && letter(a, i) === letter(b, j - 1) && letter(a, i - 1) === letter(b, j);
  return Math.min(
    (last[j] ?? 0) + 1,
    (row[j - 1] ?? 0) + 1,
    (last[j - 1] ?? 0) + Number(!isSame),
    isSwap ? (beforeLast[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
  );
}

function letter({ bytes, start }: Slice, count: number): number {
  return byteAt(bytes, start + count - 1);
}
