import { expect, test } from '@jest/globals';
import { createSearchEngine } from '../../../../src/search/engine/create-engine.ts';
import { loadIndex } from '../../../../src/search/replica/load.ts';
import { NO_SNAPSHOTS } from '../../../../src/search/snapshot/snapshots.ts';
import { createSearchTables, ownershipRecordOf } from '../../../support/search/search-tables.ts';

const progress = { read: () => undefined, seconds: () => 0, end: () => undefined };
const { signal } = new AbortController();

test('a memory that was loaded knows nothing of records of other builds', async () => {
  const tables = createSearchTables();
  tables.write('left', 10);
  tables.write('own', 20, { epoch: 2 });
  const state = ownershipRecordOf({ epoch: 2 });
  if (state.kind !== 'ours') throw new Error('the ownership record is not ours');
  const options = {
    source: tables,
    createEngine: createSearchEngine,
    segments: 1,
    progress,
    snapshots: NO_SNAPSHOTS,
    now: () => 30,
  };
  const { memory } = await loadIndex(options, state.ownership, signal);
  expect(memory.knows({ name: 'own', changedAtMs: 20 })).toBe(true);
  expect(memory.knows({ name: 'left', changedAtMs: 10 })).toBe(false);
});
