import { stringify } from 'yaml';
import type { Row } from '../answers.ts';
import type { CellStyle, Column, Layout } from './columns.ts';
import type { Printer } from './printer.ts';
import { tablePrinter } from './table.ts';

export const FORMS = ['table', 'wide', 'json', 'yaml', 'name', 'csv'] as const;
export type Form = (typeof FORMS)[number];

export interface PrintOptions {
  readonly form: Form;
  readonly layout: Layout;
  /** Stands before names that are to be pulled. */
  readonly registry: string;
  /** Cells of the terminal; undefined where there is none, or nothing is to be cut. */
  readonly width: number | undefined;
  readonly isTerminal: boolean;
  readonly hasColors: boolean;
  readonly hasHeader: boolean;
  readonly nowMs: number;
}

export function createPrinter(options: PrintOptions): Printer {
  const { form, layout, registry, isTerminal, hasHeader } = options;
  const columns = layout.columns.filter(({ isWide }) => form !== 'table' || !isWide);
  if (form === 'json') return jsonPrinter();
  if (form === 'yaml') return eachRow(({ value }) => escaped(stringify([value], YAML)), '[]\n');
  if (form === 'name') return eachRow((row) => `${registry}/${layout.reference(row)}\n`);
  if (form === 'csv') return linesPrinter(columns, hasHeader, (cells) => `${cells.map(csvOf).join(',')}\r\n`);
  if (isTerminal) return tablePrinter({ ...options, columns });
  return linesPrinter(columns, hasHeader, (cells) => `${cells.join('\t')}\n`);
}

const YAML = { defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN', lineWidth: 0 } as const;

/** What the service wrote, as one array. */
function jsonPrinter(): Printer {
  let printed = 0;
  return {
    begin: () => '[',
    rows: (rows) =>
      rows
        .map(({ value }) => {
          const text = escaped(JSON.stringify(value, null, 2)).replaceAll('\n', '\n  ');
          return `${printed++ === 0 ? '' : ','}\n  ${text}`;
        })
        .join(''),
    end: () => (printed === 0 ? ']\n' : '\n]\n'),
  };
}

function eachRow(print: (row: Row) => string, none = ''): Printer {
  let printed = 0;
  return {
    begin: () => '',
    rows(rows) {
      printed += rows.length;
      return rows.map(print).join('');
    },
    end: () => (printed === 0 ? none : ''),
  };
}

const AS_IT_IS: CellStyle = { agesFrom: undefined };

function linesPrinter(
  columns: readonly Column[],
  hasHeader: boolean,
  line: (cells: readonly string[]) => string,
): Printer {
  return {
    begin: () => (hasHeader ? line(columns.map(({ title }) => title)) : ''),
    rows: (rows) => rows.map((row) => line(columns.map(({ text }) => text(row, AS_IT_IS)))).join(''),
    end: () => '',
  };
}

/**
 * After RFC 4180. A spreadsheet works out what begins like a formula, which whoever pushes an image may have written as
 * its description: it takes what begins with an apostrophe for a text.
 */
function csvOf(cell: string): string {
  const text = /^[=+@-]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Characters that drive a terminal, in JSON's writing of them, which YAML's double quotes know too. */
function escaped(text: string): string {
  return text.replace(/(?!\n)[\p{Cc}\p{Cf}]/gu, (character) =>
    Array.from(
      { length: character.length },
      (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}
