import type { Slice } from '../structures/bytes.ts';
import { byteAt } from '../structures/typed.ts';
import { ABSENT, isWordByte } from './tokens.ts';

/**
 * An edge is a separator in a text with its neighbours. Words alone say too little of `team-a/pay` or `e-s`, whose
 * ends are parts of words that nearly everybody has; few texts have the very separator between the very letters.
 */
const LETTERS = 36;
const OTHER = 36;
const SEPARATOR = 37;
const CLASSES = 38;

/** By byte: what a neighbour of a separator counts as. */
const CLASS = Uint8Array.from({ length: 256 }, (_, byte) => classOf(byte));
/** By byte: separators that are told apart have a number above 0. */
const KIND = Uint8Array.from({ length: 256 }, (_, byte) => '/-_. '.indexOf(String.fromCharCode(byte)) + 1);

/** Edges of names and of other texts have lists of their own. */
export type TextSide = 'name' | 'text';

/** Calls `visit` with the list of each edge of a text, with some perhaps several times. */
export function eachBoundary(text: Slice, side: TextSide, visit: (list: number) => void): void {
  eachSeparator(text, (at) => {
    const edge = boundaryOf(classAt(text, at - 1), byteAt(text.bytes, at), classAt(text, at + 1));
    visit(listOfBoundary(edge, side));
  });
}

/**
 * For each separator in a part of a text the lists of which whoever has the part is in one. `isAfterSeparator` are
 * those of whoever has it after another separator, or at the beginning.
 */
export function boundariesAround(part: Slice, side: TextSide, { isAfterSeparator = false } = {}): number[][] {
  const choices: number[][] = [];
  const classesBefore = isAfterSeparator ? [SEPARATOR] : ALL_CLASSES;
  eachSeparator(part, (at) => {
    const before = at === part.start ? classesBefore : [classAt(part, at - 1)];
    const after = at === part.end - 1 ? ALL_CLASSES : [classAt(part, at + 1)];
    const separator = byteAt(part.bytes, at);
    const edges = before.flatMap((left) => after.map((right) => boundaryOf(left, separator, right)));
    choices.push(edges.map((edge) => listOfBoundary(edge, side)));
  });
  return choices;
}

/** Whether a text is nothing but one separator and a letter or digit on either side or both, of which edges say all. */
export function isBoundary({ bytes, start, end }: Slice): boolean {
  return IS_BOUNDARY.test(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1'));
}

const IS_BOUNDARY = /^[a-z0-9]?[-/_. ][a-z0-9]?$/;

const ALL_CLASSES = Array.from({ length: CLASSES }, (_, at) => at);

function eachSeparator({ bytes, start, end }: Slice, visit: (at: number) => void): void {
  for (let at = start; at < end; at += 1) {
    const byte = byteAt(bytes, at);
    if (byte < ABSENT && !isWordByte(byte)) visit(at);
  }
}

function listOfBoundary(edge: number, side: TextSide): number {
  return edge * 2 + Number(side === 'text');
}

function boundaryOf(left: number, separator: number, right: number): number {
  return (byteAt(KIND, separator) * CLASSES + left) * CLASSES + right;
}

/** The end of a text counts as a separator. */
function classAt({ bytes, start, end }: Slice, at: number): number {
  return at < start || at >= end ? SEPARATOR : byteAt(CLASS, byteAt(bytes, at));
}

function classOf(byte: number): number {
  if (!isWordByte(byte)) return SEPARATOR;
  return byte < 0x80 ? Number.parseInt(String.fromCharCode(byte), LETTERS) : OTHER;
}
