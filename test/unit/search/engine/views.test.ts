import { expect, test } from '@jest/globals';
import { createChangeLog } from '../../../../src/search/engine/cache/change-log.ts';
import { docWriteOf } from '../../../../src/search/engine/cache/doc-write.ts';
import { createQueryCache } from '../../../../src/search/engine/cache/query-cache.ts';
import { createInvertedIndex } from '../../../../src/search/engine/index/inverted-index.ts';
import { createVisibilityFilters } from '../../../../src/search/engine/match/visibility.ts';
import { hasDoc } from '../../../../src/search/engine/structures/bitset.ts';
import { createBitsetPool } from '../../../../src/search/engine/structures/bitset-pool.ts';
import { finish } from '../../../../src/search/engine/structures/scheduler.ts';
import { indexRecord, searchRecord } from '../../../support/search/search-records.ts';

const REPOSITORIES = 12_000;
const PUBLIC = [{ names: ['a/**', 'new'], showPrivate: false }];

function createBench() {
  const index = createInvertedIndex();
  const writes = createChangeLog();
  const newBitsets = createBitsetPool(index.repositories.end);
  const cache = createQueryCache({ index, writes, newBitsets, maxResults: 400 });
  const views = createVisibilityFilters(index, cache);
  const write = (name: string, isPrivate = false) => {
    const doc = indexRecord(index, searchRecord(name, { tags: [], isPrivate }));
    cache.written(docWriteOf(index, doc));
    writes.written(doc);
    return doc;
  };
  for (let i = 0; i < REPOSITORIES; i += 1) write(`a/${i}`);
  return { views, write };
}

/** How many steps it takes until so many who ask for a new view in turns have it. */
function stepsFor(askers: number): number {
  const { views } = createBench();
  let waiting = Array.from({ length: askers }, () => views.filterOf(PUBLIC));
  let steps = 0;
  while (waiting.length > 0) {
    steps += waiting.length;
    waiting = waiting.filter((one) => !one.next().done);
  }
  return steps;
}

test('many who ask at once for a view that is new fill it together, not each of them for itself', () => {
  const alone = stepsFor(1);
  expect(alone).toBeGreaterThan(2);
  expect(stepsFor(30)).toBeLessThan(alone + 60);
});

test('a view that is new shows what is written while it is filled, wherever the filling stands', () => {
  const { views, write } = createBench();
  const view = views.filterOf(PUBLIC);
  view.next();
  view.next();
  const [hidden, shown] = [write('a/0', true), write('new')];
  const { set } = finish(view) ?? {};
  expect(set && [hidden, shown].map((doc) => hasDoc(set, doc))).toEqual([false, true]);
  write('new', true);
  expect(set && hasDoc(set, shown)).toBe(false);
});

test('a view that is new leaves out what a rule excepts from the names that it grants', () => {
  const { views, write } = createBench();
  const [open, secret] = [write('team/web'), write('team/secret/keys')];
  const grant = { names: ['team/**'], except: ['team/secret/**'], showPrivate: true };
  const { set } = finish(views.filterOf([grant])) ?? {};
  expect(set && [open, secret].map((doc) => hasDoc(set, doc))).toEqual([true, false]);
});

test('others have a turn after each pattern of a rule that has a thousand', () => {
  const { views } = createBench();
  const names = Array.from({ length: 1_000 }, (_, at) => `a/${at}/**`);
  const view = views.filterOf([{ names, showPrivate: true }]);
  let turns = 0;
  while (!view.next().done) turns += 1;
  expect(turns).toBeGreaterThanOrEqual(names.length);
});
