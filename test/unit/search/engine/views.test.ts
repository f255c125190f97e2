import { expect, test } from '@jest/globals';
import { createIndex } from '../../../../src/search/engine/engine-index.ts';
import { createViews } from '../../../../src/search/engine/views.ts';
import { upsertRecord } from '../../../../src/search/engine/write.ts';
import { searchRecord } from '../../support/search-records.ts';

const REPOSITORIES = 12_000;

/** How many steps it takes until so many who ask for a new view in turns have it. */
function stepsFor(askers: number): number {
  const index = createIndex();
  for (let i = 0; i < REPOSITORIES; i += 1) upsertRecord(index, searchRecord(`a/${i}`, { tags: [] }));
  const views = createViews(index);
  let waiting = Array.from({ length: askers }, () => views.viewOf({ names: undefined, showPrivate: false }));
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
