/**
 * The form in which queries and texts are compared: one case (full case folding: `STRASSE` is `straße`, `ΣΤΑΣ` is
 * `στας`, a dotless i is an i), one form (NFKC: ligatures, full width, composed or not), one dash, and nothing that
 * cannot be seen. Marks stay: see `withoutMarks`. What is folded stays as it is; a text of invisible characters alone
 * becomes empty. Half a surrogate pair counts as U+FFFD, which is what becomes of it in UTF-8.
 */
export function fold(text: string): string {
  return BEYOND_ASCII.test(text) ? foldUnicode(text.toWellFormed()) : text.toLowerCase();
}

/** A folded text without its marks, as in `cafe` for `café`. A mark with nothing to stand on stays. */
export function withoutMarks(folded: string): string {
  return BEYOND_ASCII.test(folded) ? folded.normalize('NFD').replace(MARKS, '').normalize('NFC') : folded;
}

/**
 * A test whether a folded text holds `sought`, which is folded too, or has a word that begins with it. A letter of
 * `sought` with marks fits the same letter with just these marks, one without fits it with any (UTS #10, asymmetric
 * search).
 */
export function createMarksTest(sought: string, { beginsWord = false } = {}): (folded: string) => boolean {
  const letters = sought.normalize('NFD').matchAll(LETTER);
  const parts = Array.from(letters, ([, letter = '', marks = '']) => RegExp.escape(letter) + (marks || ANY_MARKS));
  const start = beginsWord ? String.raw`(?<![\p{L}\p{N}\p{M}])` : '';
  const expression = new RegExp(start + parts.map((part) => `${part}(?!${MARK})`).join(''), 'u');
  return (folded) => expression.test(folded.normalize('NFD'));
}

const BEYOND_ASCII = /[\u0080-\uffff]/;

const MARK = String.raw`[\p{Mn}\p{Me}]`;
const ANY_MARKS = `${MARK}*`;
const MARKS = new RegExp(`(?<=[^\\p{Mn}\\p{Me}])${MARK}+`, 'gu');
const LETTER = new RegExp(`([^\\p{Mn}\\p{Me}]?)(${MARK}*)`, 'gsu');

/** What neither case folding nor decomposition makes one, though people type one for the other. */
const SAME: ReadonlyMap<string, string> = new Map([
  ['ς', 'σ'],
  ['æ', 'ae'],
  ['œ', 'oe'],
  // Letters with a stroke: the stroke is a mark.
  ['đ', 'd\u0335'],
  ['ħ', 'h\u0335'],
  ['ł', 'l\u0335'],
  ['ŧ', 't\u0335'],
  ['ø', 'o\u0338'],
]);
const HAVE_SAME = new RegExp([...SAME.keys()].join('|'), 'gu');

/** Unicode: "default ignorable", such as soft hyphens, zero-width spaces and what chooses between forms of a glyph. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;
const DASH = /[\p{Pd}\u2212]/gu;
/** An i has its dot; another one is what lower case leaves of the Turkish `İ`. */
const SECOND_DOT = /(?<=i\p{Mn}*)\u0307/gu;

function foldUnicode(text: string): string {
  return oneCase(text.normalize('NFKD'))
    .normalize('NFKD')
    .replace(HAVE_SAME, (letter) => SAME.get(letter) ?? letter)
    .replace(INVISIBLE, '')
    .replace(DASH, '-')
    .replace(SECOND_DOT, '')
    .normalize('NFC');
}

/** By way of capitals, of which some are several letters (`SS`) and some are those of more than one letter. */
function oneCase(text: string): string {
  return text.toLowerCase().toUpperCase().toLowerCase();
}
