import { expect, test } from '@jest/globals';
import { createIndex } from '../../../../src/search/engine/engine-index.ts';
import { createKeptTexts } from '../../../../src/search/engine/kept-texts.ts';
import { createSetPool } from '../../../../src/search/engine/set-pool.ts';
import { finish } from '../../../../src/search/engine/slices.ts';
import { createTextMatcher } from '../../../../src/search/engine/text-matcher.ts';
import { createWrites } from '../../../../src/search/engine/writes.ts';
import { indexRecord, searchRecord } from '../../support/search-records.ts';

/** Three repositories of one word each; a text is worth keeping when it is asked for the second time. */
function bench() {
  const index = createIndex();
  for (const name of ['red', 'green', 'blue']) indexRecord(index, searchRecord(name));
  const newSets = createSetPool(index.repositories.end);
  const keeping = { most: 1, fewLists: 0, slotsAList: 2 };
  const kept = createKeptTexts({ index, writes: createWrites(), newSets, keeping });
  return {
    /** Says whether the text is kept now. */
    ask(text: string): boolean {
      const sets = newSets();
      finish(kept.fitsOf(createTextMatcher({ index, sets }, text), index.live));
      const isKept = kept.countOf(createTextMatcher({ index, sets }, text)) !== undefined;
      sets.end();
      return isKept;
    },
  };
}

test('a text that was pushed out has to be worth it again', () => {
  const { ask } = bench();
  expect([ask('red'), ask('red'), ask('red')]).toEqual([false, true, true]);
  expect([ask('blue'), ask('blue')]).toEqual([false, true]);
  expect([ask('red'), ask('blue'), ask('red')]).toEqual([false, true, true]);
});
