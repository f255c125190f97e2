import { decodeBytes, type Slice } from '../structures/bytes.ts';
import { byteAt } from '../structures/typed.ts';
import { ABSENT, BYTE_CLASSES, classAt, isTermByte, SEPARATOR } from './fields.ts';

/**
 * A boundary n-gram is a separator in a text with its neighbours. Terms alone say too little of `team-a/pay` or `e-s`,
 * whose ends are parts of terms that most texts have; few texts have this separator between these letters.
 */

/** The usual ones. */
export const SEPARATORS: readonly number[] = Array.from('/-_. ', (separator) => separator.charCodeAt(0));

/** By byte: the usual separators have a number above 0 each, all others share 0. */
const KIND = Uint8Array.from({ length: 256 }, (_, byte) => SEPARATORS.indexOf(byte) + 1);

/** Boundaries in names, in other texts and in addresses have lists of their own. */
export type BoundaryField = 'name' | 'text' | 'address';
const FIELDS: readonly BoundaryField[] = ['name', 'text', 'address'];

/** The name of a repository, or all that it has beside it. */
export type TextSide = 'name' | 'text';
export const BOUNDARY_FIELDS: Readonly<Record<TextSide, readonly BoundaryField[]>> = {
  name: ['name'],
  text: ['text', 'address'],
};

/** Calls `visit` with the list of each boundary in a text, with some perhaps several times. */
export function eachBoundary(text: Slice, field: BoundaryField, visit: (list: number) => void): void {
  eachSeparator(text, (at) => {
    const boundary = boundaryOf(neighbourAt(text, at - 1), byteAt(text.bytes, at), neighbourAt(text, at + 1));
    visit(listOfBoundary(boundary, field));
  });
}

/**
 * For each separator in `sought` the lists of some fields; a doc that holds it there is in at least one of them. With
 * `isAfterSeparator` only docs count that hold it behind another separator, or at the beginning of a text.
 */
export function boundariesIn(
  sought: Slice,
  fields: readonly BoundaryField[],
  { isAfterSeparator = false } = {},
): number[][] {
  const choices: number[][] = [];
  const classesBefore = isAfterSeparator ? [SEPARATOR] : ALL_CLASSES;
  eachSeparator(sought, (at) => {
    const before = at === sought.start ? classesBefore : [neighbourAt(sought, at - 1)];
    const after = at === sought.end - 1 ? ALL_CLASSES : [neighbourAt(sought, at + 1)];
    const separator = byteAt(sought.bytes, at);
    const boundaries = before.flatMap((left) => after.map((right) => boundaryOf(left, separator, right)));
    choices.push(listsOf(boundaries, fields));
  });
  return choices;
}

/**
 * The lists of whatever may have separators, of which the lists show only the first, between the letter at a place and
 * the one before.
 */
export function boundariesBetween({ bytes }: Slice, at: number, side: TextSide): number[] {
  const rights = [classAt(bytes, at), SEPARATOR];
  const boundaries = SEPARATORS.flatMap((byte) =>
    rights.map((right) => boundaryOf(classAt(bytes, at - 1), byte, right)),
  );
  return listsOf(boundaries, BOUNDARY_FIELDS[side]);
}

/**
 * Whether a text is nothing but one separator and at most a letter or digit on each side: its lists say exactly who
 * holds it.
 */
export function isBoundary(text: Slice): boolean {
  return IS_BOUNDARY.test(decodeBytes(text));
}

const IS_BOUNDARY = /^[a-z0-9]?[-/_. ][a-z0-9]?$/;

const ALL_CLASSES = Array.from({ length: BYTE_CLASSES }, (_, at) => at);

function eachSeparator({ bytes, start, end }: Slice, visit: (at: number) => void): void {
  for (let at = start; at < end; at += 1) {
    const byte = byteAt(bytes, at);
    if (byte < ABSENT && !isTermByte(byte)) visit(at);
  }
}

function listsOf(boundaries: readonly number[], fields: readonly BoundaryField[]): number[] {
  return fields.flatMap((field) => boundaries.map((boundary) => listOfBoundary(boundary, field)));
}

function listOfBoundary(boundary: number, field: BoundaryField): number {
  return boundary * FIELDS.length + FIELDS.indexOf(field);
}

function boundaryOf(left: number, separator: number, right: number): number {
  return (byteAt(KIND, separator) * BYTE_CLASSES + left) * BYTE_CLASSES + right;
}

/** The end of a text counts as a separator. */
function neighbourAt({ bytes, start, end }: Slice, at: number): number {
  return at < start || at >= end ? SEPARATOR : classAt(bytes, at);
}
