import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';

/** One file of `src`, and what it imports of the others; paths from the root of the project. */
export interface Source {
  readonly path: string;
  readonly lines: number;
  readonly text: string;
  readonly imports: readonly SourceImport[];
}

export interface SourceImport {
  readonly path: string;
  /** Whether nothing but types is imported, so that the file need not be loaded. */
  readonly isTypeOnly: boolean;
}

/** An import of a file of the project. Formatted code has one statement a line or one name a line. */
const IMPORT = /^(?:import|export)\s+(type\s+)?[^;'"]*?from\s+'(\.[^']+)';/gm;
/** `import { type A, type B } from …` is of types alone as well. */
const NAMED_TYPES_ALONE = /^import\s+\{\s*(?:type\s+[\w$]+(?:\s+as\s+[\w$]+)?\s*,?\s*)+\}\s+from/;

export function parseImports(path: string, text: string): SourceImport[] {
  return [...text.matchAll(IMPORT)].map(([statement, type, specifier = '']) => ({
    path: normalize(join(dirname(path), specifier)),
    isTypeOnly: type !== undefined || NAMED_TYPES_ALONE.test(statement),
  }));
}

/** All files of a folder with their imports, sorted; what is generated is left out. */
export async function readSources(folder: string): Promise<Source[]> {
  const names = await readdir(folder, { recursive: true });
  const paths = names.filter((name) => /\.tsx?$/.test(name) && !/\.d\.ts$|generated[^/]*\.ts$/.test(name)).sort();
  return Promise.all(
    paths.map(async (name) => {
      const path = join(folder, name);
      const text = await readFile(path, 'utf8');
      return { path, text, lines: text.split('\n').length - 1, imports: parseImports(path, text) };
    }),
  );
}
