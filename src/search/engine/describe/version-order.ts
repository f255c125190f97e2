import { compare, type Slice } from '../structures/bytes.ts';
import { byteAt } from '../structures/typed.ts';

const ZERO = 0x30;
const NINE = 0x39;
const DOT = 0x2e;
const DASH = 0x2d;
const SMALL_V = 0x76;
const CAPITAL_V = 0x56;

/**
 * The order of tags as versions, the lowest first: 1.9 before 1.10, 1.2.0-rc.1 before 1.2.0, as SemVer has it; 1.2
 * before 1.2.0. What begins with no number (`latest`) comes before all versions. Runs of digits count as numbers, so
 * that `2024-9` is before `2024-10`. Equal ones, such as `v1.2` and `1.2`, are in byte order.
 */
export function compareVersions(a: Slice, b: Slice): number {
  const [startA, startB] = [versionStart(a), versionStart(b)];
  if (startA < 0 || startB < 0) return startA < 0 && startB < 0 ? compare(a, b) : startA - startB;
  return compareParts(a, startA, b, startB) || compare(a, b);
}

/** Where the first number stands, after a `v`; -1 where there is none. */
function versionStart({ bytes, start, end }: Slice): number {
  const first = start < end ? byteAt(bytes, start) : 0;
  const at = first === SMALL_V || first === CAPITAL_V ? start + 1 : start;
  return at < end && isDigit(byteAt(bytes, at)) ? at : -1;
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE;
}

/** From a place of each on. */
function compareParts(a: Slice, startA: number, b: Slice, startB: number): number {
  let atA = startA;
  let atB = startB;
  while (atA < a.end && atB < b.end) {
    const byteA = byteAt(a.bytes, atA);
    const byteB = byteAt(b.bytes, atB);
    if (isDigit(byteA) && isDigit(byteB)) {
      atA = afterZeros(a, atA);
      atB = afterZeros(b, atB);
      const endA = digitsEnd(a, atA);
      const endB = digitsEnd(b, atB);
      const difference = endA - atA - (endB - atB) || compareDigits(a.bytes, atA, b.bytes, atB, endA - atA);
      if (difference !== 0) return difference;
      atA = endA;
      atB = endB;
    } else {
      if (byteA !== byteB) return rankOf(byteA) - rankOf(byteB) || byteA - byteB;
      atA += 1;
      atB += 1;
    }
  }
  return endRank(a, atA) - endRank(b, atB);
}

/** What comes first where two versions part: a suffix, which makes it earlier than the end, then anything else. */
function rankOf(byte: number): number {
  if (byte === DASH) return 0;
  return byte === DOT ? 2 : 3;
}

const END = 1;

function endRank(text: Slice, at: number): number {
  return at < text.end ? rankOf(byteAt(text.bytes, at)) : END;
}

function digitsEnd({ bytes, end }: Slice, from: number): number {
  let at = from;
  while (at < end && isDigit(byteAt(bytes, at))) at += 1;
  return at;
}

function afterZeros({ bytes, end }: Slice, from: number): number {
  let at = from;
  while (at < end && byteAt(bytes, at) === ZERO) at += 1;
  return at;
}

/** Of so many digits of each. */
function compareDigits(a: Uint8Array, atA: number, b: Uint8Array, atB: number, count: number): number {
  for (let at = 0; at < count; at += 1) {
    const difference = byteAt(a, atA + at) - byteAt(b, atB + at);
    if (difference !== 0) return difference;
  }
  return 0;
}
