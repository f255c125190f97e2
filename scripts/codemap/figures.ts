import { dirname } from 'node:path';
import type { Source } from './sources.ts';

/** How far a newcomer has to go through the files. */
export interface Figures {
  readonly files: number;
  readonly lines: number;
  readonly medianLines: number;
  /** Files under 40 lines with one importer. Most of them are a part of it. */
  readonly smallWithOneImporter: readonly string[];
  /** The files of the longest chain of value imports, from the importer down. */
  readonly deepestChain: readonly string[];
  readonly largestFolder: { readonly path: string; readonly files: number };
  /** Groups of files that import each other, directly or by others. Imports of types count too. */
  readonly circles: readonly (readonly string[])[];
  /** `any`, `!` after a value, and comments that silence a check. */
  readonly escapes: number;
}

const SMALL_LINES = 40;

export function figuresOf(sources: readonly Source[]): Figures {
  const lines = sources.map((source) => source.lines).sort((a, b) => a - b);
  const importers = importersOf(sources);
  const isSmall = ({ path, lines }: Source) => lines < SMALL_LINES && importers.get(path) === 1;
  return {
    files: sources.length,
    lines: lines.reduce((sum, one) => sum + one, 0),
    medianLines: lines[lines.length >> 1] ?? 0,
    smallWithOneImporter: sources.filter(isSmall).map(({ path }) => path),
    deepestChain: deepestChainOf(sources),
    largestFolder: largestFolderOf(sources),
    circles: circlesOf(sources),
    escapes: sources.reduce((sum, { text }) => sum + escapesIn(text), 0),
  };
}

const ESCAPE = /:\s*any\b|<any>|\bas any\b|[\w)\]]!(?=[.;,)\]])/g;
const SILENCED_CHECK = /biome-ignore|@ts-(?:ignore|expect-error|nocheck)/g;
const COMMENT_LINE = /^\s*(?:\/?\*|\/\/).*$/gm;

function escapesIn(text: string): number {
  const inCode = text.replace(COMMENT_LINE, '').match(ESCAPE) ?? [];
  return inCode.length + (text.match(SILENCED_CHECK) ?? []).length;
}

function importersOf(sources: readonly Source[]): Map<string, number> {
  const importers = new Map<string, number>();
  for (const { imports } of sources)
    for (const path of new Set(imports.map((one) => one.path))) importers.set(path, (importers.get(path) ?? 0) + 1);
  return importers;
}

function deepestChainOf(sources: readonly Source[]): string[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const chains = new Map<string, readonly string[]>();
  const chainOf = (path: string): readonly string[] => {
    const known = chains.get(path);
    if (known) return known;
    // Set before the imports are followed, so that a circle ends.
    chains.set(path, [path]);
    const values = byPath.get(path)?.imports.filter(({ isTypeOnly }) => !isTypeOnly) ?? [];
    const chain = [path, ...longest(values.map((one) => chainOf(one.path)))];
    chains.set(path, chain);
    return chain;
  };
  return [...longest(sources.map(({ path }) => chainOf(path)))];
}

function longest(chains: readonly (readonly string[])[]): readonly string[] {
  return chains.reduce((best, chain) => (chain.length > best.length ? chain : best), []);
}

function largestFolderOf(sources: readonly Source[]) {
  const folders = Map.groupBy(sources, ({ path }) => dirname(path));
  const [largest] = [...folders].sort(([, a], [, b]) => b.length - a.length);
  return { path: largest?.[0] ?? '', files: largest?.[1].length ?? 0 };
}

/** Strongly connected files, by Tarjan's algorithm. */
function circlesOf(sources: readonly Source[]): string[][] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const numbers = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const circles: string[][] = [];

  const visit = (path: string): number => {
    const number = numbers.size;
    numbers.set(path, number);
    let low = number;
    stack.push(path);
    for (const { path: next } of byPath.get(path)?.imports ?? []) {
      if (!numbers.has(next)) low = Math.min(low, visit(next));
      else if (stack.includes(next)) low = Math.min(low, numbers.get(next) ?? number);
    }
    lowest.set(path, low);
    if (low === number) {
      const circle = stack.splice(stack.indexOf(path));
      if (circle.length > 1) circles.push(circle);
    }
    return low;
  };
  for (const { path } of sources) if (!numbers.has(path)) visit(path);
  return circles;
}
