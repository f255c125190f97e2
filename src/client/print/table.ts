import stringWidth from 'string-width';
import type { Row } from '../answers.ts';
import type { Column } from './columns.ts';
import type { Printer } from './printer.ts';

export interface TableOptions {
  readonly columns: readonly Column[];
  /** Width of the terminal in cells; undefined cuts nothing. */
  readonly width: number | undefined;
  readonly hasColors: boolean;
  readonly hasHeader: boolean;
  /** Ages are counted from then; milliseconds since 1970. */
  readonly nowMs: number;
}

/** After ECMA-48; Node's own styleText is newer than the oldest Node that this runs on. */
const TONES = { bold: '\u001b[1m', dim: '\u001b[2m' } as const;
const PLAIN = '\u001b[22m';
const GAP = 2;
/** No column is cut to less. */
const LEAST = 8;

/** Columns one below another; all pages as wide as the first, so that each can be printed as it comes. */
export function tablePrinter({ columns, width, hasColors, hasHeader, nowMs }: TableOptions): Printer {
  const titles = columns.map(({ title }) => title);
  let widths: readonly number[] | undefined;
  const lineOf = (cells: readonly string[], tones: readonly Column['tone'][]) =>
    cells
      .map((cell, i) => paint(inCells(cell, widths?.[i] ?? 0, i === cells.length - 1), tones[i]))
      .join(' '.repeat(GAP));
  const paint = (cell: string, tone: Column['tone']) => (tone && hasColors ? `${TONES[tone]}${cell}${PLAIN}` : cell);
  return {
    begin: () => '',
    rows(rows: readonly Row[]) {
      const cells = rows.map((row) => columns.map(({ text }) => text(row, { agesFrom: nowMs })));
      const isFirst = widths === undefined;
      widths ??= columnWidths(hasHeader ? [titles, ...cells] : cells, width);
      const lines = cells.map((line) =>
        lineOf(
          line,
          columns.map(({ tone }) => tone),
        ),
      );
      const header =
        isFirst && hasHeader && rows.length > 0
          ? [
              lineOf(
                titles,
                titles.map(() => 'dim'),
              ),
            ]
          : [];
      return [...header, ...lines].map((line) => `${line.trimEnd()}\n`).join('');
    },
    end: () => '',
  };
}

/** How wide columns are that have to fit together: the last are cut first, none to less than LEAST. */
export function columnWidths(lines: readonly (readonly string[])[], total = Number.POSITIVE_INFINITY): number[] {
  const widths: number[] = [];
  for (const line of lines)
    for (const [i, cell] of line.entries()) widths[i] = Math.max(widths[i] ?? 0, stringWidth(cell));
  let over = widths.reduce((sum, width) => sum + width, 0) + GAP * (widths.length - 1) - total;
  for (let i = widths.length - 1; i >= 0 && over > 0; i--) {
    const width = widths[i] ?? 0;
    const cut = Math.min(over, Math.max(0, width - LEAST));
    widths[i] = width - cut;
    over -= cut;
  }
  return widths;
}

/**
 * The text in exactly that many cells of a terminal, cut between what readers see as characters; the last is not
 * padded.
 */
export function inCells(text: string, width: number, isLast = false): string {
  const cut = stringWidth(text) <= width ? text : `${firstCells(text, width - 1)}…`;
  return isLast ? cut : cut + ' '.repeat(Math.max(0, width - stringWidth(cut)));
}

const CHARACTERS = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

function firstCells(text: string, width: number): string {
  let [taken, cells] = ['', 0];
  for (const { segment } of CHARACTERS.segment(text)) {
    cells += stringWidth(segment);
    if (cells > width) break;
    taken += segment;
  }
  return taken;
}
