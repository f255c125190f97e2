import fc from 'fast-check';

const SURROGATES = { from: 0xd800, to: 0xe000 };
const COUNT = 0x110000 - (SURROGATES.to - SURROGATES.from);

/**
 * Any code point as a text: draws what fast-check's unit `binary` draws, which first makes a map of all of them, for half
 * a second.
 */
export const codePoint = fc.nat(COUNT - 1).map(textAt, placeOf);

function textAt(place: number): string {
  return String.fromCodePoint(place < SURROGATES.from ? place : place + SURROGATES.to - SURROGATES.from);
}

/** Throws where it is none, as fast-check wants it. */
function placeOf(text: unknown): number {
  const code = typeof text === 'string' ? text.codePointAt(0) : undefined;
  if (code === undefined || text !== String.fromCodePoint(code)) throw new Error('not one code point');
  if (code < SURROGATES.from) return code;
  if (code < SURROGATES.to) throw new Error('half of a code point');
  return code - SURROGATES.to + SURROGATES.from;
}
