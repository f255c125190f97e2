import { cpus } from 'node:os';

/** A table in Markdown; every row has a cell for every column. */
export function markdownTable(columns: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const lines = [columns, columns.map(() => '---'), ...rows.map((row) => row.map(String))];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Where the figures come from: they mean little without it. */
export function machine(): string {
  const [first] = cpus();
  return `Node ${process.version}, ${cpus().length} × ${first?.model.trim() ?? 'unknown processor'}, ${new Date().toISOString().slice(0, 10)}`;
}
