import type { Row } from '../answers.ts';

/** Prints pages one after another, as they come. */
export interface Printer {
  begin(): string;
  rows(rows: readonly Row[]): string;
  end(): string;
}
