import type { Slice } from './bytes.ts';
import { byteAt } from './typed.ts';
import { isWordByte } from './words.ts';

/** Letters, digits, and one class for everything else. */
const CLASSES = 37;
const OTHER = 36;
const CLASS = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < 0x80 && isWordByte(byte) ? Number.parseInt(String.fromCharCode(byte), OTHER) : OTHER,
);

/** Which pairs of neighbouring letters some texts have: whoever lacks one of a part's pairs does not hold the part. */
export interface LetterPairs {
  /** Makes these the texts. */
  read(texts: readonly Slice[]): void;
  /** Whether all these pairs are there. */
  haveAll(pairs: readonly number[]): boolean;
}

export function createLetterPairs(): LetterPairs {
  /** For each pair which texts had it last; so nothing is to be emptied. */
  const readings = new Uint32Array(CLASSES * CLASSES);
  let reading = 0;
  return {
    read(texts) {
      reading += 1;
      for (const text of texts) eachPair(text, (pair) => readings.fill(reading, pair, pair + 1));
    },
    haveAll: (pairs) => pairs.every((pair) => readings[pair] === reading),
  };
}

export function pairsOf(part: Slice): number[] {
  const pairs = new Set<number>();
  eachPair(part, (pair) => pairs.add(pair));
  return [...pairs];
}

function eachPair({ bytes, start, end }: Slice, visit: (pair: number) => void): void {
  for (let at = start; at + 1 < end; at += 1) {
    visit(byteAt(CLASS, byteAt(bytes, at)) * CLASSES + byteAt(CLASS, byteAt(bytes, at + 1)));
  }
}
