import { SEPARATORS } from '../../index/boundary-ngrams.ts';
import { isTermByte } from '../../index/fields.ts';
import type { Slice } from '../../structures/bytes.ts';
import { byteAt } from '../../structures/typed.ts';

/**
 * Visits the runs of some letters in a text: each begins where a word begins, and is the letters once the separators in
 * it are left out. So `api-gateway` and `api/gate_way` have runs of `apigate`. One of several words ends with a word or
 * well inside it: `user-service` is not meant by `users`.
 */
export function eachRun(text: Slice, letters: Slice, visit: (start: number, end: number) => void): void {
  const first = byteAt(letters.bytes, letters.start);
  const last = text.end - (letters.end - letters.start);
  for (let at = text.start; at <= last; at += 1) {
    if (byteAt(text.bytes, at) !== first || isTermAt(text, at - 1)) continue;
    const end = endOfRun(text, at, letters);
    if (end !== undefined) visit(at, end);
  }
}

const IS_SEPARATOR = Uint8Array.from({ length: 256 }, (_, byte) => Number(SEPARATORS.includes(byte)));

export function isTermAt({ bytes, start, end }: Slice, at: number): boolean {
  return at >= start && at < end && isTermByte(byteAt(bytes, at));
}

/** So many letters of a word are enough to mean it. */
export const WELL_INSIDE = 3;

function endOfRun(text: Slice, from: number, letters: Slice): number | undefined {
  let at = from;
  let lastWord = from;
  for (let letter = letters.start; letter < letters.end; letter += 1) {
    const here = letter > letters.start ? skipSeparators(text, at) : at;
    if (here > at) lastWord = here;
    if (here >= text.end || byteAt(text.bytes, here) !== byteAt(letters.bytes, letter)) return undefined;
    at = here + 1;
  }
  const isMeant = lastWord === from || at - lastWord >= WELL_INSIDE || !isTermAt(text, at);
  return isMeant ? at : undefined;
}

function skipSeparators({ bytes, end }: Slice, from: number): number {
  let at = from;
  while (at < end && byteAt(IS_SEPARATOR, byteAt(bytes, at)) === 1) at += 1;
  return at;
}
