import type { Slice } from '../structures/bytes.ts';
import { byteAt } from '../structures/typed.ts';
import { isWordByte } from './tokens.ts';

/** Letters, digits, and one class for everything else. */
const CLASSES = 37;
const OTHER = 36;
const CLASS = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < 0x80 && isWordByte(byte) ? Number.parseInt(String.fromCharCode(byte), OTHER) : OTHER,
);

/** Every pair is below this. */
const LETTER_PAIRS = CLASSES ** 2;

/** Which pairs of neighbouring letters texts have: whoever lacks a pair of some part does not hold the part. */
export interface LetterPairs {
  /** Each once. */
  readonly all: readonly number[];
  readonly has: (pair: number) => boolean;
}

export function letterPairsOf(texts: readonly Slice[]): LetterPairs {
  const found = new Uint8Array(LETTER_PAIRS);
  const all: number[] = [];
  for (const { bytes, start, end } of texts) {
    for (let at = start; at + 1 < end; at += 1) {
      const pair = classAt(bytes, at) * CLASSES + classAt(bytes, at + 1);
      if (byteAt(found, pair) === 0) all.push(pair);
      found[pair] = 1;
    }
  }
  return { all, has: (pair) => byteAt(found, pair) === 1 };
}

function classAt(bytes: Uint8Array, at: number): number {
  return byteAt(CLASS, byteAt(bytes, at));
}
