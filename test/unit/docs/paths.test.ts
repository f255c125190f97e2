import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const DOCUMENTS = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'SECURITY.md',
  'src/search/README.md',
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

/** Paths that a document links to, or names as code from the root of the project. */
function pathsIn(document: string, text: string): string[] {
  const links = [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)|^\[[^\]]+\]: ([^#\s]+)/gm)].map(
    ([, link, reference = '']) => link ?? reference,
  );
  const local = links.filter((link) => !/^[a-z]+:/.test(link)).map((link) => join(dirname(document), link));
  const named = [...text.matchAll(/`((?:src|test|scripts|charts|crds|examples|iam)\/[\w./-]+)`/g)].map(
    ([, path = '']) => path,
  );
  return [...local, ...named];
}

describe('every path exists that is named in', () => {
  test.each(DOCUMENTS)('%s', async (document) => {
    const paths = pathsIn(document, await readFile(document, 'utf8'));
    expect(paths.filter((path) => !existsSync(path))).toEqual([]);
  });
});
