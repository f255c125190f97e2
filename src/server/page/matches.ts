import { fold, withoutMarks } from '../../search/fold.ts';
import type { Condition } from '../../search/query/query.ts';

/** A run of a text that either matches the query or does not. */
export interface Piece {
  readonly text: string;
  readonly isMatch: boolean;
}

/** What of a query stands in texts, folded: its words, the words that stand in for them, and paths of names. */
export function soughtTexts(conditions: readonly Condition[]): string[] {
  return conditions.flatMap((condition) => {
    switch (condition.kind) {
      case 'text':
        return [condition.text];
      case 'spelled':
        return [condition.text, ...condition.as.map(({ letters }) => letters)];
      case 'name':
        return [condition.path];
      case 'pattern':
        return condition.text.split(/[*?]+/).filter((part) => part !== '');
      case 'any':
        return soughtTexts(condition.of);
      default:
        return [];
    }
  });
}

/** Cuts a text at the places where it matches; the pieces are the whole text. */
export function cutAtMatches(text: string, sought: readonly string[]): Piece[] {
  const folded = foldLetters(text);
  const spans = sought.flatMap((word) => spansOf(word, folded)).sort((one, other) => one.from - other.from);
  const pieces: Piece[] = [];
  let at = 0;
  for (const { from, to } of spans) {
    if (to <= at) continue;
    if (from > at) pieces.push({ text: text.slice(at, from), isMatch: false });
    pieces.push({ text: text.slice(Math.max(at, from), to), isMatch: true });
    at = to;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), isMatch: false });
  return pieces;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** A text as it is compared, with its marks and without, and where in the text each of its characters comes from. */
interface FoldedLetters {
  readonly marked: FoldedText;
  readonly plain: FoldedText;
}

interface FoldedText {
  readonly text: string;
  spanOf(from: number, to: number): Span;
}

/** A character with the marks on it. */
const LETTER = /\P{M}\p{M}*|\p{M}+/gu;
const BEYOND_ASCII = /[\u0080-\uffff]/;

function foldLetters(text: string): FoldedLetters {
  if (!BEYOND_ASCII.test(text)) {
    const same = { text: text.toLowerCase(), spanOf: (from: number, to: number) => ({ from, to }) };
    return { marked: same, plain: same };
  }
  const letters = text.match(LETTER) ?? [];
  const folded = letters.map(fold);
  return { marked: joined(letters, folded), plain: joined(letters, folded.map(withoutMarks)) };
}

/** A letter may be several once it is folded, or none. */
function joined(letters: readonly string[], folded: readonly string[]): FoldedText {
  const spans: Span[] = [];
  let from = 0;
  letters.forEach((letter, at) => {
    const span = { from, to: from + letter.length };
    spans.push(...new Array<Span>(folded[at]?.length ?? 0).fill(span));
    from = span.to;
  });
  const spanOf = (first: number, to: number) => ({ from: spans[first]?.from ?? 0, to: spans[to - 1]?.to ?? 0 });
  return { text: folded.join(''), spanOf };
}

/** A word without marks stands for letters with any. */
function spansOf(word: string, { marked, plain }: FoldedLetters): Span[] {
  if (word === '') return [];
  const { text, spanOf } = word === withoutMarks(word) ? plain : marked;
  const spans: Span[] = [];
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + word.length))
    spans.push(spanOf(at, at + word.length));
  return spans;
}
