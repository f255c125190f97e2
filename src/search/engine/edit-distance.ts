import type { Slice } from './bytes.ts';
import { byteAt } from './typed.ts';

/**
 * How many letters of one word must be put in, left out, replaced or swapped with the next to get the other (optimal
 * string alignment, in bytes; words are shorter than 256). Undefined when they are more than `most`.
 */
export function editDistance(a: Slice, b: Slice, most: number): number | undefined {
  const width = b.end - b.start;
  let beforeLast = new Uint8Array(width + 1);
  let last = Uint8Array.from({ length: width + 1 }, (_, j) => j);
  let row = new Uint8Array(width + 1);
  for (let i = 1; i <= a.end - a.start; i += 1) {
    row[0] = i;
    let least = i;
    for (let j = 1; j <= width; j += 1) {
      const isSame = letter(a, i) === letter(b, j);
      const isSwap = i > 1 && j > 1 && letter(a, i) === letter(b, j - 1) && letter(a, i - 1) === letter(b, j);
      const changed = byteAt(last, j - 1) + Number(!isSame);
      const swapped = isSwap ? byteAt(beforeLast, j - 2) + 1 : changed;
      const cost = Math.min(byteAt(last, j) + 1, byteAt(row, j - 1) + 1, changed, swapped);
      row[j] = cost;
      least = Math.min(least, cost);
    }
    // No later row can have less, even by a swap: what that comes from, two rows before, is one more in the row between.
    if (least > most) return undefined;
    [beforeLast, last, row] = [last, row, beforeLast];
  }
  const distance = byteAt(last, width);
  return distance <= most ? distance : undefined;
}

function letter({ bytes, start }: Slice, count: number): number {
  return byteAt(bytes, start + count - 1);
}
