import { expect, test } from '@jest/globals';
import { createIndex } from '../../../../src/search/engine/engine-index.ts';
import { createKeptSets } from '../../../../src/search/engine/kept-sets.ts';
import { copySet } from '../../../../src/search/engine/set-algebra.ts';
import { createSetPool } from '../../../../src/search/engine/set-pool.ts';
import { finish, type Steps } from '../../../../src/search/engine/slices.ts';
import { type SlotSet, slotsOf } from '../../../../src/search/engine/slot-set.ts';
import { createWrites } from '../../../../src/search/engine/writes.ts';
import { indexRecord, searchRecord } from '../../support/search-records.ts';

test('a set shows what is written while it is found, and after that', () => {
  const index = createIndex();
  const writes = createWrites();
  const keptSets = createKeptSets({ index, writes, newSets: createSetPool(index.repositories.end) });
  const write = (name: string, isPrivate = false) => {
    const slot = indexRecord(index, searchRecord(name, { isPrivate }));
    keptSets.written(slot);
    writes.written(slot);
    return slot;
  };
  const [first, second] = [write('a'), write('b')];
  function* fill(target: SlotSet, within: SlotSet): Steps<void> {
    copySet(target, within);
    yield;
  }
  const holds = (slot: number) => !index.repositories.profileOf(slot).isPrivate;
  const finding = keptSets.setOf('public', () => ({ fill, holds }));
  finding.next();
  write('a', true);
  const third = write('c');
  const set = finish(finding);
  expect([...slotsOf(set)]).toEqual([second, third]);
  write('a');
  expect([...slotsOf(set)]).toEqual([first, second, third]);
});
