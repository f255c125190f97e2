/** A pattern in which `*` stands for any characters and `?` for one, but for slashes and white space. */
export interface Wildcards {
  /** The first fit that begins at `from` or later, with as few characters for each `*` as may be. */
  find(text: string, from?: number): Span | undefined;
}

/** What all that a pattern fits holds, the longest first. */
export function literalsOf(pattern: string): string[] {
  const literals = pattern.split(/[*?]+/).filter((piece) => piece !== '');
  return literals.sort((a, b) => b.length - a.length);
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Reads a pattern that is not of stars alone. It is matched piece by piece rather than as one expression, which would
 * try some texts with many stars for ever.
 */
export function createWildcards(pattern: string): Wildcards {
  const [first, ...others] = pattern.split(/\*+/).flatMap((piece) => (piece === '' ? [] : [pieceOf(piece)]));
  return {
    find: (text, from = 0) => first && find({ first, others }, text, from),
  };
}

interface Pieces {
  readonly first: Piece;
  readonly others: readonly Piece[];
}

/** What stands between stars. */
interface Piece {
  readonly expression: RegExp;
  readonly mostLength: number;
}

const ONE = String.raw`[^/\s]`;
const STOP = /[/\s]/g;

function pieceOf(text: string): Piece {
  const parts = text.split('?').map((part) => RegExp.escape(part));
  return { expression: new RegExp(parts.join(ONE), 'gu'), mostLength: text.length * 2 };
}

function find({ first, others }: Pieces, text: string, from: number): Span | undefined {
  for (let at = from; at <= text.length; ) {
    const begun = findPiece(first, text, { start: at, end: text.length });
    if (!begun) return undefined;
    const end = endOfAll(others, text, begun.end);
    if (end !== undefined) return { start: begun.start, end };
    // Whatever begins later and comes to the same stop finds no more of the other pieces.
    at = Math.max(begun.start + 1, stopAfter(text, begun.end) - first.mostLength);
  }
  return undefined;
}

/** Where the last piece ends; undefined where one is missing. */
function endOfAll(pieces: readonly Piece[], text: string, from: number): number | undefined {
  let end = from;
  for (const piece of pieces) {
    const next = findPiece(piece, text, { start: end, end: stopAfter(text, end) });
    if (!next) return undefined;
    end = next.end;
  }
  return end;
}

/** The first place of a piece that begins within a span. */
function findPiece({ expression, mostLength }: Piece, text: string, { start, end }: Span): Span | undefined {
  expression.lastIndex = 0;
  const found = expression.exec(text.slice(start, end + mostLength));
  const at = found ? start + found.index : end + 1;
  return found && at <= end ? { start: at, end: at + found[0].length } : undefined;
}

function stopAfter(text: string, from: number): number {
  STOP.lastIndex = from;
  return STOP.exec(text)?.index ?? text.length;
}
