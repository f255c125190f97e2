import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createSortedNames } from '../../../src/search/sorted-names.ts';

const name = fc.stringMatching(/^[a-c]{1,3}$/);

describe('sorted names', () => {
  test('answer as a sorted set does, whatever was added and removed', () => {
    const writes = fc.array(fc.record({ name, add: fc.boolean() }), { maxLength: 200 });
    fc.assert(
      fc.property(writes, fc.option(fc.string(), { nil: undefined }), fc.nat(50), (all, last, limit) => {
        const names = createSortedNames();
        const truth = new Set<string>();
        for (const write of all) {
          if (write.add) names.add(write.name);
          else names.remove(write.name);
          if (write.add) truth.add(write.name);
          else truth.delete(write.name);
        }
        const expected = [...truth].sort().filter((one) => last === undefined || one > last);
        expect(names.after(last, limit)).toEqual(expected.slice(0, limit));
      }),
    );
  });

  test('stay in order over many chunks, filled in any order and emptied again', () => {
    const names = createSortedNames();
    const all = Array.from({ length: 10_000 }, (_, i) => String((i * 7_919) % 10_000).padStart(5, '0'));
    for (const one of all) names.add(one);
    expect(names.after(undefined, 20_000)).toEqual(all.toSorted());
    for (const one of all.slice(0, 9_990)) names.remove(one);
    expect(names.after('', 20_000)).toEqual(all.slice(9_990).toSorted());
  });
});
