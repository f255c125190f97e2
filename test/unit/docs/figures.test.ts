import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

const FIGURES = read('test/bench/figures/search.md');

function read(path: string): string {
  return readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
}

/** What the bench says of so many repositories. */
function sectionOf(repositories: string): string {
  return FIGURES.split('\n## ').find((section) => section.startsWith(`${repositories} repositories, `)) ?? '';
}

/** The p50 of a class of queries in milliseconds, of this engine and of SQLite. */
function p50Of(repositories: string, queries: string): { readonly own: number; readonly sqlite: number } {
  const row = sectionOf(repositories)
    .split('\n')
    .find((line) => line.startsWith(`| ${queries} |`));
  const [, , own, , sqlite] = (row ?? '').split('|').map(Number.parseFloat);
  return { own: own ?? Number.NaN, sqlite: sqlite ?? Number.NaN };
}

function goalFigure(name: string): string | undefined {
  return new RegExp(`^- ${name}: ([\\d.]+)`, 'm').exec(FIGURES)?.[1];
}

test("the README's figures of search are those that the bench has written", () => {
  const [name, word] = [p50Of('100,000', 'exact name'), p50Of('100,000', 'common word')];
  const bytes = goalFigure('bytes a repository with its tags at 100,000');
  const times = `found in ${name.own.toFixed(2)} ms (p50 of a hundred queries over and over; SQLite's trigram index ${name.sqlite.toFixed(1)} ms)`;
  const readme = read('README.md').replaceAll('\n', ' ');
  expect(readme).toContain(`At 100,000 repositories of five tags an exact name is ${times},`);
  expect(readme).toContain(
    `a common word in ${word.own.toFixed(2)} ms (${word.sqlite.toFixed(1)} ms), with ${bytes} bytes a repository`,
  );
});

test.each(['10,000', '100,000', '1,000,000'])(
  'the memory that sizing tells of %s repositories is as measured',
  (size) => {
    const held = /; (\d+ MB) held;/.exec(sectionOf(size))?.[1];
    expect(read('docs/sizing.md')).toContain(`| ${size} | ${held} |`);
  },
);
