import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';

const ENGINE = new URL('../../../../src/search/engine/', import.meta.url);

/**
 * A generator function or method with something before it on its line; `serialize` is made once for each structure, and
 * runs alone.
 */
const INNER = /^[ \t]+(?:function\*|\*\s*(?!serialize\()\w+\(|.*=\s*function\*)/gm;

test('no generator function is made for each query: see Steps', async () => {
  const files = (await readdir(ENGINE, { recursive: true })).filter((name) => name.endsWith('.ts'));
  const sources = await Promise.all(files.map((name) => readFile(new URL(name, ENGINE), 'utf8')));
  const generators = sources.flatMap((source) => source.match(/function\*/g) ?? []);
  expect(generators.length).toBeGreaterThan(20);
  expect(
    sources.flatMap((source, at) => (source.match(INNER) ?? []).map((line) => `${files[at]}: ${line.trim()}`)),
  ).toEqual([]);
});
