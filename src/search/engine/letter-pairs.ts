import type { Slice } from './bytes.ts';
import { byteAt } from './typed.ts';
import { isWordByte } from './words.ts';

/** Letters, digits, and one class for everything else. */
const CLASSES = 37;
const OTHER = 36;
const CLASS = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < 0x80 && isWordByte(byte) ? Number.parseInt(String.fromCharCode(byte), OTHER) : OTHER,
);

/** Which pairs of neighbouring letters texts have: whoever lacks a pair of some part does not hold the part. */
export function letterPairsOf(texts: readonly Slice[]): Set<number> {
  const pairs = new Set<number>();
  for (const { bytes, start, end } of texts) {
    for (let at = start; at + 1 < end; at += 1) pairs.add(classAt(bytes, at) * CLASSES + classAt(bytes, at + 1));
  }
  return pairs;
}

function classAt(bytes: Uint8Array, at: number): number {
  return byteAt(CLASS, byteAt(bytes, at));
}
