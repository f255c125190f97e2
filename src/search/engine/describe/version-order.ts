import { compare, type Slice } from '../structures/bytes.ts';
import { byteAt } from '../structures/typed.ts';

const ZERO = 0x30;
const NINE = 0x39;
const DOT = 0x2e;
const DASH = 0x2d;
const SMALL_V = 0x76;
const CAPITAL_V = 0x56;

/**
 * The order of tags as versions, the lowest first: 1.9 before 1.10, 1.2.0-rc.1 before 1.2.0, as SemVer has it; 1.2 before
 * 1.2.0. What begins with no number (`latest`) comes before all versions. Runs of digits count as numbers, so that
 * `2024-9` is before `2024-10`. Equal ones, such as `v1.2` and `1.2`, are in byte order.
 */
export function compareVersions(a: Slice, b: Slice): number {
  const [startA, startB] = [versionStart(a), versionStart(b)];
  if (startA < 0 || startB < 0) return startA < 0 && startB < 0 ? compare(a, b) : startA - startB;
  return compareParts({ ...a, start: startA }, { ...b, start: startB }) || compare(a, b);
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

function compareParts(a: Slice, b: Slice): number {
  let atA = a.start;
  let atB = b.start;
  while (atA < a.end && atB < b.end) {
    const [byteA, byteB] = [byteAt(a.bytes, atA), byteAt(b.bytes, atB)];
    if (isDigit(byteA) && isDigit(byteB)) {
      const [endA, endB] = [digitsEnd(a, atA), digitsEnd(b, atB)];
      const difference = compareNumbers({ ...a, start: atA, end: endA }, { ...b, start: atB, end: endB });
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

/** Of any length. */
function compareNumbers(a: Slice, b: Slice): number {
  const [one, other] = [withoutZeros(a), withoutZeros(b)];
  return one.end - one.start - (other.end - other.start) || compare(one, other);
}

function withoutZeros(digits: Slice): Slice {
  let { start } = digits;
  while (start < digits.end - 1 && byteAt(digits.bytes, start) === ZERO) start += 1;
  return { ...digits, start };
}
