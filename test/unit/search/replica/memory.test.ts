import { describe, expect, test } from '@jest/globals';
import type { StoredRecord } from '../../../../src/dynamodb/records/record.ts';
import { createSearchEngine } from '../../../../src/search/engine/create-engine.ts';
import { createMemory, type Memory } from '../../../../src/search/replica/memory.ts';
import { collect } from '../../../support/collect.ts';
import { searchRecord } from '../../../support/search/search-records.ts';

const EPOCH = 3;

function stored(name: string, revision: number, fields: Partial<StoredRecord> = {}): StoredRecord {
  const provenance = { epoch: EPOCH, fingerprint: 'f', listedAtMs: 0 };
  return {
    record: searchRecord(name),
    revision,
    changedAtMs: revision * 100,
    deleted: false,
    ...provenance,
    ...fields,
  };
}

const empty = () => createMemory(EPOCH, createSearchEngine());

const isShown = (memory: Memory, name: string) => memory.engine.docOf(name) !== undefined;

describe('what a memory takes over', () => {
  test('is what is newer, in whatever order it comes', () => {
    const memory = empty();
    expect([2, 1, 2, 3].map((revision) => memory.apply(stored('a', revision)))).toEqual([true, false, false, true]);
    expect(memory.holds(stored('a', 3))).toBe(true);
    expect(memory.holds(stored('a', 2))).toBe(false);
  });

  test('is a tombstone too, and nothing older than that', () => {
    const memory = empty();
    memory.apply(stored('a', 1));
    expect(memory.apply(stored('a', 3, { deleted: true }))).toBe(true);
    expect(memory.apply(stored('a', 2))).toBe(false);
    expect(isShown(memory, 'a')).toBe(false);
    expect(memory.holds(stored('a', 3))).toBe(true);
  });

  test('is a repository made anew after its tombstone has expired, which counts from 1 again', () => {
    const memory = empty();
    memory.apply(stored('a', 7, { deleted: true }));
    expect(memory.apply(stored('a', 1, { changedAtMs: 699 }))).toBe(false);
    expect(memory.apply(stored('a', 1, { changedAtMs: 701 }))).toBe(true);
    memory.apply(stored('a', 2, { changedAtMs: 702, deleted: true }));
    expect(memory.apply(stored('a', 2, { changedAtMs: 703 }))).toBe(true);
    expect(isShown(memory, 'a')).toBe(true);
  });

  test('is nothing of another build, which does not touch what is shown', () => {
    const memory = empty();
    memory.apply(stored('a', 2));
    expect(memory.apply(stored('a', 9, { epoch: EPOCH + 1 }))).toBe(false);
    expect(memory.holds(stored('a', 2))).toBe(true);
    expect(memory.apply(stored('a', 3))).toBe(true);
  });
});

describe('what a memory knows', () => {
  test('is every write that was read, whoever wrote it', () => {
    const memory = empty();
    memory.apply(stored('a', 2));
    memory.apply(stored('a', 1, { epoch: EPOCH + 1, changedAtMs: 950 }));
    memory.apply(stored('gone', 4, { deleted: true }));
    memory.apply(stored('foreign', 1, { epoch: EPOCH - 1, changedAtMs: 20 }));
    const writes = [
      ['a', 200],
      ['a', 950],
      ['gone', 400],
      ['foreign', 20],
    ] as const;
    expect(writes.every(([name, changedAtMs]) => memory.knows({ name, changedAtMs }))).toBe(true);
    expect(memory.knows({ name: 'a', changedAtMs: 201 })).toBe(false);
    expect(memory.knows({ name: 'other', changedAtMs: 0 })).toBe(false);
  });

  test('is nothing any more of what was forgotten', () => {
    const memory = empty();
    memory.apply(stored('a', 5));
    expect(memory.forget('a')).toBe(true);
    expect(memory.forget('a')).toBe(false);
    expect(memory.knows({ name: 'a', changedAtMs: 500 })).toBe(false);
    expect(memory.apply(stored('a', 1, { changedAtMs: 1 }))).toBe(true);
  });

  test('is not mixed up when one repository comes after another', () => {
    const memory = empty();
    memory.apply(stored('a', 5));
    memory.forget('a');
    memory.apply(stored('b', 2));
    expect(memory.holds(stored('b', 2))).toBe(true);
    expect(memory.knows({ name: 'b', changedAtMs: 500 })).toBe(false);
  });
});

describe('a walk', () => {
  const unmet = async (memory: Memory, before: number) => (await collect(memory.rounds.unmet(before))).flat();

  test('misses what it did not meet, and not what came meanwhile', async () => {
    const memory = empty();
    for (const name of ['a', 'b', 'c']) memory.apply(stored(name, 1));
    memory.rounds.begin();
    memory.rounds.meet('b');
    memory.rounds.meet('unknown');
    memory.apply(stored('c', 2));
    memory.apply(stored('d', 1));
    expect(await unmet(memory, 0)).toEqual(['a']);
  });

  test('tells apart what the walk before had missed as well', async () => {
    const memory = empty();
    for (const name of ['a', 'b', 'c']) memory.apply(stored(name, 1));
    memory.rounds.begin();
    memory.rounds.meet('a');
    expect(await unmet(memory, 1)).toEqual([]);
    memory.rounds.end();
    memory.rounds.begin();
    memory.rounds.meet('b');
    expect(await unmet(memory, 0)).toEqual(['a', 'c']);
    expect(await unmet(memory, 1)).toEqual(['c']);
  });

  test('that did not come to its end does not count', async () => {
    const memory = empty();
    memory.apply(stored('a', 1));
    memory.rounds.begin();
    memory.rounds.begin();
    expect(await unmet(memory, 0)).toEqual(['a']);
    expect(await unmet(memory, 1)).toEqual([]);
  });

  test('goes through more names than one page has', async () => {
    const memory = empty();
    const names = Array.from({ length: 2_500 }, (_, at) => `app-${at + 10_000}`);
    for (const name of names) memory.apply(stored(name, 1));
    memory.rounds.begin();
    expect(await unmet(memory, 0)).toEqual(names);
  });
});
