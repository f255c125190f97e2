import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createOffHeapMap } from '../../../../src/indexer/off-heap-map.ts';
import { createKnownRecords } from '../../../../src/indexer/resync/known-records.ts';

const text = fc.string({ maxLength: 40, unit: fc.constantFrom('a', 'b', '/', '-', 'ü', '7') });
const entry = fc.record({ key: text, text, state: fc.nat(255) });

describe('a table of texts', () => {
  test('gives what was last set, as a map does', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 300 }), (entries) => {
        const table = createOffHeapMap();
        const model = new Map(entries.map((each) => [each.key, each]));
        for (const each of entries) table.set(each);
        expect(new Map([...table.entries()].map((each) => [each.key, each]))).toEqual(model);
        for (const [key, each] of model) expect(table.get(key)).toEqual(each);
        expect(table.get('not there')).toBeUndefined();
      }),
      { numRuns: 50 },
    );
  });

  test('holds more than it had room for at first', () => {
    const table = createOffHeapMap();
    const keys = Array.from({ length: 40_000 }, (_, at) => `team-${at % 7}/application-${at}`);
    for (const key of keys) table.set({ key, text: `${key}#`, state: 1 });
    expect(keys.every((key) => table.get(key)?.text === `${key}#`)).toBe(true);
    expect([...table.entries()]).toHaveLength(keys.length);
  });
});

describe('known records', () => {
  const living = { name: 'app', fingerprint: 'f1', deleted: false };
  const deleted = { name: 'gone', fingerprint: 'f2', deleted: true };

  function known() {
    const records = createKnownRecords();
    for (const record of [living, deleted, { ...living, name: 'other' }]) records.add(record);
    return records;
  }

  test.each([
    { name: 'app', fingerprint: 'f1', met: 'same' },
    { name: 'app', fingerprint: 'f9', met: 'changed' },
    { name: 'new', fingerprint: 'f1', met: 'unknown' },
    { name: 'gone', fingerprint: 'f9', met: 'unknown' },
    { name: 'gone', fingerprint: 'f2', met: 'same' },
  ])('$name with $fingerprint is $met', ({ name, fingerprint, met }) => {
    expect(known().meet(name, fingerprint)).toBe(met);
  });

  test('are missing while they are alive and were not met', () => {
    const records = known();
    expect([...records.missing()].sort()).toEqual(['app', 'other']);
    records.meet('app', 'f9');
    expect([...records.missing()]).toEqual(['other']);
    expect({ living: records.living(), met: records.met() }).toEqual({ living: 2, met: 1 });
  });

  test('are due or outdated until they were read again', () => {
    const records = createKnownRecords();
    records.add({ name: 'due', fingerprint: 'f', deleted: false });
    records.add({ name: 'grave', fingerprint: 'f', deleted: true });
    for (const name of ['old', 'older', 'gone'])
      records.add({ name, fingerprint: 'f', deleted: false, outdated: true });
    for (const name of ['due', 'grave', 'unheard of']) records.markDue(name);
    expect(records.meet('due', 'f')).toBe('due');
    expect(records.meet('grave', 'f')).toBe('due');
    expect(records.meet('old', 'f')).toBe('outdated');
    expect(records.meet('older', 'other')).toBe('changed');
    expect([...records.outdated()].sort()).toEqual(['old', 'older']);
    for (const name of ['due', 'older']) records.update({ name, fingerprint: 'f', deleted: false });
    expect([records.meet('due', 'f'), records.meet('older', 'f')]).toEqual(['same', 'same']);
    expect([...records.outdated()]).toEqual(['old']);
    expect([...records.missing()]).toEqual(['gone']);
  });

  test('that were settled are the same when they are met again', () => {
    const records = known();
    records.update({ ...living, fingerprint: 'f9' });
    records.update({ name: 'new', fingerprint: 'n', deleted: false });
    records.update({ name: 'other', fingerprint: '', deleted: true });
    expect([records.meet('app', 'f9'), records.meet('new', 'n')]).toEqual(['same', 'same']);
    expect([...records.missing()]).toEqual([]);
    expect({ living: records.living(), met: records.met() }).toEqual({ living: 2, met: 2 });
  });
});
