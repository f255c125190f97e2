import { describe, expect, test } from '@jest/globals';
import { createEditDistance } from '../../../../src/search/engine/spelling/edit-distance.ts';
import {
  addDoc,
  type Bitset,
  clearBitset,
  countDocs,
  createBitset,
  docsOf,
  hasFewerDocs,
  intersect,
  subtract,
  unite,
} from '../../../../src/search/engine/structures/bitset.ts';
import { sliceOf } from '../../../../src/search/engine/structures/bytes.ts';
import { createDictionary } from '../../../../src/search/engine/structures/dictionary.ts';
import { createUint32Rows } from '../../../../src/search/engine/structures/packed-rows.ts';
import { createPostings } from '../../../../src/search/engine/structures/postings.ts';
import { createSortedList } from '../../../../src/search/engine/structures/sorted-list.ts';
import { createSortedRows } from '../../../../src/search/engine/structures/sorted-rows.ts';
import { firstOf } from '../../../../src/search/engine/structures/top-k.ts';
import { namePatternOf } from '../../../../src/search/name-pattern.ts';
import { createChance } from '../../../support/search/random-search.ts';

const bytes = (text: string) => sliceOf(Buffer.from(text));

function setOf(docs: Iterable<number>): Bitset {
  const set = createBitset(100_000);
  for (const doc of docs) addDoc(set, doc);
  return set;
}

describe('postings', () => {
  test('hold the same docs whether they are many or few, and while they change from one to the other', () => {
    const chance = createChance(3);
    const postings = createPostings(() => 20_000);
    const truth = [new Set<number>(), new Set<number>(), new Set<number>()];
    for (let step = 0; step < 60_000; step += 1) {
      const list = chance.below(3);
      const doc = chance.below(list === 0 ? 20_000 : 3_000);
      const isGrowing = step % 30_000 < 20_000;
      if (chance.below(10) < (isGrowing ? 9 : 1)) {
        postings.add(list, doc);
        truth[list]?.add(doc);
      } else {
        postings.remove(list, doc);
        truth[list]?.delete(doc);
      }
    }
    for (const [list, docs] of truth.entries()) {
      const sorted = [...docs].sort((a, b) => a - b);
      expect(postings.count(list)).toBe(docs.size);
      expect([...postings.docs(list)]).toEqual(sorted);
      const united = setOf([]);
      postings.uniteInto(united, list);
      expect([...docsOf(united)]).toEqual(sorted);
    }
  });

  test('have in common with a set what both hold, wherever the set begins and ends', () => {
    const chance = createChance(5);
    const postings = createPostings(() => 1_000_000_000);
    const docs = new Set(Array.from({ length: 3_000 }, () => chance.below(300_000)));
    for (const doc of docs) postings.add(0, doc);
    for (let times = 0; times < 200; times += 1) {
      const from = chance.below(300_000);
      const wanted = Array.from(
        { length: chance.below(500) },
        () => from + chance.below(times % 2 === 0 ? 1_000 : 90_000),
      );
      const within = createBitset(400_000);
      for (const doc of wanted) addDoc(within, doc);
      const common = createBitset(400_000);
      postings.addCommon(common, 0, within);
      const truth = new Set(wanted.filter((doc) => docs.has(doc)));
      expect([...docsOf(common)]).toEqual([...truth].sort((a, b) => a - b));
    }
  });
});

describe('sets of docs', () => {
  test('unite, intersect and subtract as sets do, and are empty when cleared', () => {
    const chance = createChance(5);
    for (let round = 0; round < 50; round += 1) {
      const some = () => new Set(chance.some(0, 400, () => chance.below(chance.once(2) ? 100_000 : 2_000)));
      const [a, b] = [some(), some()];
      for (const [change, expected] of [
        [unite, a.union(b)],
        [intersect, a.intersection(b)],
        [subtract, a.difference(b)],
      ] as const) {
        const set = setOf(a);
        change(set, setOf(b));
        expect(new Set(docsOf(set))).toEqual(expected);
        expect(countDocs(set)).toBe(expected.size);
        for (const than of [0, expected.size, expected.size + 1])
          expect(hasFewerDocs(set, than)).toBe(expected.size < than);
        clearBitset(set);
        expect(set.words.every((word) => word === 0)).toBe(true);
      }
    }
  });
});

describe('rows of numbers', () => {
  const rowOf = (length: number) => ({ memory: Uint32Array.from({ length }, (_, at) => at), start: 0, end: length });

  test('a long row that grows moves within its shard for some writes before all of the shard is copied', () => {
    const rows = createUint32Rows();
    for (let row = 0; row < 1_000; row += 1) rows.write(row, rowOf(50));
    const memories = new Set<Uint32Array>();
    for (let length = 1_000; length < 2_000; length += 10) {
      rows.write(7, rowOf(length));
      memories.add(rows.memory(7));
      const { memory, start, end } = rows.at(7);
      expect(memory.subarray(start, end)).toEqual(rowOf(length).memory);
    }
    expect(memories.size).toBeLessThan(30);
    expect(rows.memory(7).length).toBeLessThan(1_000 * 50 + 2 * 5 * 2_000);
  });
});

describe('sorted rows', () => {
  test('keep what was put into them while they grow, shrink and move', () => {
    const chance = createChance(9);
    const rows = createSortedRows();
    const truth = new Map<number, Set<number>>();
    let wrong = 0;
    for (let step = 0; step < 60_000; step += 1) {
      const row = chance.below(1_500);
      const value = chance.below(60);
      const values = truth.get(row) ?? new Set();
      truth.set(row, values);
      const isRemoved = chance.once(3);
      wrong += isRemoved ? Number(rows.remove(row, value) !== values.delete(value)) : 0;
      wrong += isRemoved ? 0 : Number(rows.add(row, value) === values.has(value));
      if (!isRemoved) values.add(value);
    }
    expect(wrong).toBe(0);
    for (const [row, values] of truth) {
      const start = rows.start(row);
      const kept = [...rows.memory(row).subarray(start, start + rows.length(row))];
      expect(kept).toEqual([...values].sort((a, b) => a - b));
    }
  });
});

describe('an order', () => {
  test('is that of a sorted list from any place, both ways, through insertions and removals', () => {
    const chance = createChance(13);
    const order = createSortedList((a, b) => a - b);
    const truth = new Set<number>();
    for (let step = 0; step < 20_000; step += 1) {
      const item = chance.below(5_000);
      if (truth.has(item)) order.remove(item);
      else order.insert(item);
      if (!truth.delete(item)) truth.add(item);
    }
    const sorted = [...truth].sort((a, b) => a - b);
    const collect = (into: number[]) => (item: number) => into.push(item) < 700;
    for (const place of [0, 1_234, 4_999, 6_000]) {
      const after: number[] = [];
      const before: number[] = [];
      order.forward((item) => item < place, collect(after));
      order.backward((item) => item < place, collect(before));
      expect(after).toEqual(sorted.filter((item) => item >= place).slice(0, 700));
      expect(before).toEqual(
        sorted
          .filter((item) => item < place)
          .reverse()
          .slice(0, 700),
      );
    }
  });
});

describe('a dictionary', () => {
  test('finds every string that was not dropped, and gives ids out again', () => {
    const dictionary = createDictionary();
    const ids = Array.from({ length: 30_000 }, (_, i) => dictionary.intern(bytes(`word ${i}`)));
    for (const [i, id] of ids.entries()) if (i % 3 !== 0) dictionary.drop(id);
    for (const [i, id] of ids.entries()) expect(dictionary.find(bytes(`word ${i}`))).toBe(i % 3 === 0 ? id : -1);
    expect(dictionary.intern(bytes('new'))).toBeLessThan(30_000);
    expect(dictionary.end()).toBe(30_000);
  });
});

test('the first of many items are those that sorting puts first', () => {
  const chance = createChance(17);
  for (let round = 0; round < 200; round += 1) {
    const items = chance.some(0, 60, () => chance.below(100));
    const count = 1 + chance.below(70);
    expect(firstOf(items, count, (a, b) => a - b)).toEqual(items.toSorted((a, b) => a - b).slice(0, count));
  }
});

test.each([
  ['payments', 'payments', 0],
  ['payments', 'paymnets', 1],
  ['payments', 'payment', 1],
  ['payments', 'paxments', 1],
  ['gateway', 'getway', 2],
  ['ab', '', 2],
])('from %p to %p it takes %i mistakes', (a, b, mistakes) => {
  expect(createEditDistance(bytes(a), 2)(bytes(b)).distance).toBe(mistakes);
});

/** The table as everybody draws it. */
function slowDistance(a: string, b: string): number {
  const table = Array.from({ length: a.length + 1 }, (_, i) => Array.from({ length: b.length + 1 }, (_, j) => i || j));
  const at = (i: number, j: number) => table[i]?.[j] ?? 0;
  for (let i = 1; i <= a.length; i += 1) {
    for (let j = 1; j <= b.length; j += 1) {
      const changed = at(i - 1, j - 1) + Number(a[i - 1] !== b[j - 1]);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwap ? at(i - 2, j - 2) + 1 : changed;
      table[i]?.fill(Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, changed, swapped), j, j + 1);
    }
  }
  return at(a.length, b.length);
}

test('mistakes between words of up to 32 letters are as many as the whole table says, or more than it is asked for', () => {
  const chance = createChance(3);
  const word = () => chance.some(1, 32, () => chance.pick(['a', 'b', 'c', 'd'])).join('');
  for (let i = 0; i < 2_000; i += 1) {
    const typed = word();
    const other = chance.once(2) ? word() : typed.replace(chance.pick(['ab', 'a', 'cb']), chance.pick(['ba', '', 'c']));
    const beginnings = Array.from({ length: other.length + 1 }, (_, end) => slowDistance(typed, other.slice(0, end)));
    const most = chance.below(34);
    const upTo = (mistakes: number) => (mistakes > most ? 'more' : mistakes);
    const { distance, beginning } = createEditDistance(bytes(typed), most)(bytes(other));
    expect({ typed, other, most, distance: upTo(distance), beginning: upTo(beginning) }).toEqual({
      typed,
      other,
      most,
      distance: upTo(slowDistance(typed, other)),
      beginning: upTo(Math.min(...beginnings)),
    });
  }
});

test.each([
  ['team-a/*', 'team-a/x', true],
  ['team-a/*', 'team-a/x/y', false],
  ['team-a/**', 'team-a/x/y', true],
  ['**/api', 'a/b/api', true],
  ['*-a/**', 'team-a/x', true],
  ['a.c', 'abc', false],
  ['', 'a', false],
  ['a/**', 'a', false],
  ['a/**', 'a/', true],
  ['**/a/*', 'x/a/b/a/c', true],
  ['**/a/*', 'x/a/b/c', false],
  ['*a*/b', 'xay/b', true],
  ['*a*/b', 'x/ay/b', false],
  ['***', 'a/b', true],
  ['a', 'A', false],
])('the pattern %p and the name %p: %p', (pattern, name, matches) => {
  expect(namePatternOf(pattern).matches(name)).toBe(matches);
});

test('a pattern of many stars takes no longer than its length times that of the name', () => {
  const { matches } = namePatternOf(`${'**a'.repeat(80)}**b`);
  expect(matches('a'.repeat(255))).toBe(false);
});
