import { expect, test } from '@jest/globals';
import type { FacetPage, SearchEngine, Visibility } from '../../../../src/search/api.ts';
import { parseQuery } from '../../../../src/search/query/parse.ts';
import { printQuery } from '../../../../src/search/query/print.ts';
import { randomGrants, randomRepository, randomText } from '../../../support/search/random-requests.ts';
import { createChance } from '../../../support/search/random-search.ts';
import { ALL, atOnce, createPromptEngine, textQuery } from '../../../support/search/search-queries.ts';
import { searchRecord } from '../../../support/search/search-records.ts';

const NOW_MS = 10 * 86_400_000;

function facetsOf(engine: SearchEngine, text: string, visibility: Visibility = ALL): FacetPage {
  return atOnce(engine.facets({ query: parseQuery(text, NOW_MS), nowMs: NOW_MS, visibility }));
}

function totalOf(engine: SearchEngine, text: string, visibility: Visibility): number {
  return atOnce(engine.search({ ...textQuery(''), query: parseQuery(text, NOW_MS), visibility })).total;
}

test('every count is that of the repositories that the query finds with the filter added', () => {
  let counted = 0;
  for (let seed = 1; seed <= 60; seed += 1) {
    const chance = createChance(seed);
    const records = chance.some(5, 60, () => randomRepository(chance));
    const engine = createPromptEngine();
    for (const record of records) engine.upsert(record);
    for (let asked = 0; asked < 5; asked += 1) {
      const visibility = chance.once(2) ? ALL : randomGrants(chance);
      const text = randomText(chance, records);
      const { interpreted, total, facets } = facetsOf(engine, text, visibility);
      const printed = printQuery(interpreted);
      expect({ seed, text, total: totalOf(engine, printed, visibility) }).toEqual({ seed, text, total });
      for (const { filter, count } of Object.values(facets).flat()) {
        const narrowed = totalOf(engine, `${printed} ${filter}`, visibility);
        expect({ seed, text, printed, filter, count }).toEqual({ seed, text, printed, filter, count: narrowed });
        counted += 1;
      }
    }
  }
  expect(counted).toBeGreaterThan(1_000);
});

test('values come with those first that most hits have, and ages from the shortest up', () => {
  const engine = createPromptEngine();
  const tags = [
    { name: '1', digest: `sha256:${'1'.repeat(64)}`, pushedAtMs: NOW_MS - 1_000, platforms: ['linux/arm/v7'] },
  ];
  engine.upsert(searchRecord('team/a', { tags, labels: { Team: 'x', other: '' }, pushedAtMs: NOW_MS - 1_000 }));
  engine.upsert(searchRecord('team/b', { types: ['helm'], labels: { team: 'y' } }));
  engine.upsert(searchRecord('lib/c', { referrers: ['sbom', 'signature'] }));
  engine.upsert(searchRecord('c'));
  const { facets, total } = facetsOf(engine, '');
  expect(total).toBe(4);
  const shown = Object.fromEntries(
    Object.entries(facets).map(([kind, values]) => [kind, values.map(({ value, count }) => `${value} ${count}`)]),
  );
  expect(shown).toEqual({
    type: ['image 3', 'helm 1'],
    os: ['linux 1'],
    arch: ['arm 1', 'arm/v7 1'],
    namespace: ['team 2', 'lib 1'],
    label: ['team 2', 'other 1'],
    pushed: ['<1d 1', '<7d 1', '<30d 4', '<1y 4'],
    mark: ['sbom 1', 'signed 1'],
  });
});

test('below a namespace its own are counted, and writes and removals at once', () => {
  const engine = createPromptEngine();
  for (const name of ['a/b/one', 'a/b/two', 'a/c/one', 'a/one', 'd/b/one']) engine.upsert(searchRecord(name));
  const namespaces = (text: string) =>
    facetsOf(engine, text).facets.namespace.map(({ filter, count }) => [filter, count]);
  expect(namespaces('')).toEqual([
    ['ns:a', 4],
    ['ns:d', 1],
  ]);
  expect(namespaces('ns:a')).toEqual([
    ['ns:a/b', 2],
    ['ns:a/c', 1],
  ]);
  engine.upsert(searchRecord('e/one'));
  engine.remove('d/b/one');
  engine.upsert(searchRecord('a/c/two'));
  expect(namespaces('')).toEqual([
    ['ns:a', 5],
    ['ns:e', 1],
  ]);
  expect(namespaces('ns:a one')).toEqual([
    ['ns:a/b', 1],
    ['ns:a/c', 1],
  ]);
});

test('what finds nothing has no facets', () => {
  const { total, facets } = facetsOf(createPromptEngine(), 'nothing');
  expect({ total, values: Object.values(facets).flat() }).toEqual({ total: 0, values: [] });
});
