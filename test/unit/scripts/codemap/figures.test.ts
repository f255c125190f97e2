import { expect, test } from '@jest/globals';
import { figuresOf } from '../../../../scripts/codemap/figures.ts';
import { parseImports, type Source } from '../../../../scripts/codemap/sources.ts';

function source(path: string, text: string, lines = 100): Source {
  return { path, text, lines, imports: parseImports(path, text) };
}

test('files that import each other are a circle, by types too', () => {
  const sources = [
    source('src/a.ts', "import { b } from './b.ts';"),
    source('src/b.ts', "import type { C } from './c.ts';"),
    source('src/c.ts', "import { a } from './a.ts';"),
    source('src/d.ts', "import { a } from './a.ts';"),
  ];
  expect(figuresOf(sources).circles.map((circle) => circle.toSorted())).toEqual([['src/a.ts', 'src/b.ts', 'src/c.ts']]);
});

test('the deepest chain goes along values alone', () => {
  const sources = [
    source('src/a.ts', "import { b } from './b.ts';"),
    source('src/b.ts', "import { c } from './c.ts';\nimport { type D } from './d.ts';"),
    source('src/c.ts', ''),
    source('src/d.ts', "import { c } from './c.ts';\nimport { e } from './e.ts';"),
    source('src/e.ts', "import { c } from './c.ts';"),
  ];
  expect(figuresOf(sources).deepestChain).toEqual(['src/a.ts', 'src/b.ts', 'src/c.ts']);
});

test('small files with one importer, the median and the largest folder are counted', () => {
  const sources = [
    source('src/a/one.ts', "import { b } from '../b/two.ts';\nimport { c } from '../b/three.ts';", 10),
    source('src/b/two.ts', "import { c } from './three.ts';", 20),
    source('src/b/three.ts', '', 30),
  ];
  expect(figuresOf(sources)).toMatchObject({
    files: 3,
    lines: 60,
    medianLines: 20,
    smallWithOneImporter: ['src/b/two.ts'],
    largestFolder: { path: 'src/b', files: 2 },
  });
});

test.each([
  ['const a: any = 1;', 1],
  ['use(found!.name);', 1],
  ['// biome-ignore lint: because', 1],
  ['if (!a && a !== b) use("any!");', 0],
  [' * about as new as any; without this', 0],
])('%s has %p escapes', (text, escapes) => {
  expect(figuresOf([source('src/a.ts', text)]).escapes).toBe(escapes);
});
