import type { Slice } from '../structures/bytes.ts';
import { byteAt } from '../structures/typed.ts';

/** One bit for each letter. */
export const LONGEST_WORD = 32;

/** To a word, and to the nearest beginning of it; each may be any that is more than `most`, where it is more. */
export interface Distances {
  readonly distance: number;
  readonly beginning: number;
}

/**
 * Counts for words how many letters must be put in, left out, replaced or swapped with the next to get `typed` (optimal
 * string alignment, in bytes). `typed` has 1 to 32 letters. A word with more other letters than `most` is read no
 * further: most words are.
 *
 * A column of the usual table is worked out at once, as bits that say where it differs from the column or the row
 * before: H. Hyyrö, "A Bit-Vector Algorithm for Computing Levenshtein and Damerau Edit Distances" (2003).
 */
export function createEditDistance(typed: Slice, most: number): (word: Slice) => Distances {
  const length = typed.end - typed.start;
  const places = placesOf(typed);
  const last = 1 << (length - 1);

  return ({ bytes, start, end }) => {
    let increases = -1;
    let decreases = 0;
    let diagonal = 0;
    let placesBefore = 0;
    let distance = length;
    let beginning = length;
    let others = 0;
    for (let at = start; at < end; at += 1) {
      const same = places[byteAt(bytes, at)] ?? 0;
      if (same === 0) others += 1;
      if (others > most) return { distance: others, beginning };
      const swapped = ((~diagonal & same) << 1) & placesBefore;
      diagonal = (((same & increases) + increases) ^ increases) | same | decreases | swapped;
      const rises = decreases | ~(diagonal | increases);
      const falls = diagonal & increases;
      distance += Number((rises & last) !== 0) - Number((falls & last) !== 0);
      const risesNext = (rises << 1) | 1;
      increases = (falls << 1) | ~(diagonal | risesNext);
      decreases = risesNext & diagonal;
      placesBefore = same;
      beginning = Math.min(beginning, distance);
    }
    return { distance, beginning };
  };
}

/** For each byte where it stands in the word. */
function placesOf({ bytes, start, end }: Slice): Int32Array {
  const places = new Int32Array(256);
  for (let at = start; at < end; at += 1) {
    const byte = byteAt(bytes, at);
    places[byte] = (places[byte] ?? 0) | (1 << (at - start));
  }
  return places;
}
