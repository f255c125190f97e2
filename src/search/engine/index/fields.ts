import type { Slice } from '../structures/bytes.ts';
import { byteAt } from '../structures/typed.ts';

/** What a term is to a repository, the best first; a term may be several of them. */
export const FIELD = {
  /** It is the whole last component of the name. */
  lastComponent: 0,
  /** It is another whole component. */
  component: 1,
  /** A component begins with it. */
  componentStart: 2,
  /** It stands elsewhere in the name. */
  nameTerm: 3,
  /** It stands in title, summary, or in the value of a label. */
  text: 4,
  /** It stands in nothing but the value of a label that says where something is: see `isAddress`. */
  address: 5,
} as const;

export type Field = (typeof FIELD)[keyof typeof FIELD];

export const ALL_FIELDS: readonly Field[] = Object.values(FIELD);
/** The fields of terms that stand in names. */
export const NAME_FIELDS = ALL_FIELDS.filter((field) => field < FIELD.text);
export const FIELDS = ALL_FIELDS.length;

/** The list of the docs that have a term in a field. */
export function listOf(term: number, field: Field): number {
  return term * FIELDS + field;
}

export const SLASH = 0x2f;

/** Bytes that never occur in UTF-8, for what stands between texts that are stored in a row. */
export const BETWEEN = 0xff;
export const ABSENT = 0xfe;

const IS_TERM_BYTE = Uint8Array.from({ length: 256 }, (_, byte) =>
  Number(byte >= 0x80 ? byte < ABSENT : /[a-z0-9]/.test(String.fromCharCode(byte))),
);

/** Terms are runs of letters and digits, folded; whatever is not ASCII counts as a letter. */
export function isTermByte(byte: number): boolean {
  return byteAt(IS_TERM_BYTE, byte) === 1;
}

/** What n-grams distinguish: letters and digits, one class for all that is not ASCII, and one for separators. */
export const BYTE_CLASSES = 38;
export const SEPARATOR = 37;
const NOT_ASCII = 36;

const CLASS = Uint8Array.from({ length: 256 }, (_, byte) => {
  const letter = String.fromCharCode(byte).toLowerCase();
  if (byte < 0x80) return /[a-z0-9]/.test(letter) ? Number.parseInt(letter, 36) : SEPARATOR;
  return isTermByte(byte) ? NOT_ASCII : SEPARATOR;
});

/** The class of the byte at a place; a letter of names of tags, which are not folded, is that of its lower case. */
export function classAt(bytes: Uint8Array, at: number): number {
  return byteAt(CLASS, byteAt(bytes, at));
}

/** Calls `visit` with the start and end of every term, in order. */
export function eachTerm({ bytes, start, end }: Slice, visit: (start: number, end: number) => void): void {
  let from = start;
  for (let at = start; at <= end; at += 1) {
    if (at < end && isTermByte(byteAt(bytes, at))) continue;
    if (at > from) visit(from, at);
    from = at + 1;
  }
}

/** The start and end of every term, in order. */
export function termsOf(text: Slice): [number, number][] {
  const terms: [number, number][] = [];
  eachTerm(text, (start, end) => terms.push([start, end]));
  return terms;
}

/** The field of the term from `start` to `end` of a name. */
export function fieldInName(name: Slice, start: number, end: number): Field {
  const isStart = start === name.start || byteAt(name.bytes, start - 1) === SLASH;
  if (!isStart) return FIELD.nameTerm;
  if (end === name.end) return FIELD.lastComponent;
  return byteAt(name.bytes, end) === SLASH ? FIELD.component : FIELD.componentStart;
}
