import { expect, jest, test } from '@jest/globals';
import { createChance, randomRecord, randomSearch } from '../../../support/search/random-search.ts';
import { searchRecord } from '../../../support/search/search-records.ts';

/** Docs lie in spans of 32,768: so many that sets of different lengths meet. */
const REPOSITORIES = 34_000;

test('nothing reads beyond the end of an array through the accessors that trust their callers', async () => {
  let reads = 0;
  let beyond = 0;
  const at = (array: Uint8Array | Uint32Array | Float64Array, index: number) => {
    reads += 1;
    beyond += Number(!(index >= 0 && index < array.length));
    return array[index] ?? 0;
  };
  jest.unstable_mockModule('../../../../src/search/engine/structures/typed.ts', () => ({
    byteAt: at,
    uint32At: at,
    doubleAt: at,
  }));
  // What is imported above brings an engine with it that has its accessors already.
  jest.resetModules();
  const { createSearchEngine } = await import('../../../../src/search/engine/create-engine.ts');
  const engine = createSearchEngine({ sliceMs: Number.POSITIVE_INFINITY, preferRecheck: (docs) => docs <= 3 });
  const chance = createChance(5);
  let found = 0;
  for (let i = 0; i < REPOSITORIES; i += 1) engine.upsert(searchRecord(`a/${i}`, { tags: [] }));
  for (let i = 0; i < 1_000; i += 1) {
    engine.upsert(randomRecord(chance));
    engine.remove(chance.once(2) ? `a/${chance.below(REPOSITORIES)}` : randomRecord(chance).name);
    if (i % 20 === 0) found += (await engine.search(randomSearch(chance))).total;
  }
  expect(found).toBeGreaterThan(REPOSITORIES);
  expect(reads).toBeGreaterThan(REPOSITORIES);
  expect(beyond).toBe(0);
});
