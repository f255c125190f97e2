import { describe, expect, test } from '@jest/globals';
import { readItem, UnreadableItem } from '../../../../src/dynamodb/items/item.ts';
import { parseProgress, progressItem } from '../../../../src/dynamodb/state/range-items.ts';
import { parseResync, resyncItem } from '../../../../src/dynamodb/state/resync-store.ts';

const progress = {
  range: 3,
  epoch: 1,
  state: 'failed',
  pass: 1,
  repositories: 2,
  tags: 4,
  unfinished: 0,
  lastName: undefined,
  errorCount: 0,
  faults: [],
  failure: { reason: 'AccessDenied', message: 'no right' },
  updatedAtMs: 5,
} as const;

const report = {
  ...{
    epoch: 1,
    startedAtMs: 1,
    endedAtMs: 2,
    repositories: 3,
    added: 0,
    changed: 0,
    removed: 0,
    swept: 0,
    errorCount: 0,
  },
  withheld: undefined,
  failure: undefined,
  requests: { lists: 1, gets: 0, reads: 0, writes: 0, readUnits: 0.5, writeUnits: 0 },
};

describe('a number in an item that ends up in a status', () => {
  const wrong = [-1, 1.5, 1e13, Number.NaN, Number.POSITIVE_INFINITY, '3', null, undefined];

  test.each(['repositories', 'tags', 'errorCount', 'epoch'])('as %s of a range is a count', (field) => {
    for (const value of wrong)
      expect(() => parseProgress({ ...progressItem(progress), [field]: value })).toThrow(UnreadableItem);
  });

  test.each(['repositories', 'added', 'removed', 'startedAt', 'endedAt'])(
    'as %s of a resync can be written',
    (field) => {
      for (const value of wrong.filter((each) => each !== 1.5 && each !== 1e13))
        expect(() => parseResync({ ...resyncItem(report), [field]: value })).toThrow(UnreadableItem);
    },
  );

  test('is a time that RFC 3339 can write, or a part of a unit', () => {
    const { time, amount } = readItem({ late: 1e15, early: -1, now: Date.now(), half: 0.5 }, 'an item');
    expect(() => time('late')).toThrow('late is not a time');
    expect(() => time('early')).toThrow(UnreadableItem);
    expect(time('now')).toBeGreaterThan(0);
    expect(amount('half')).toBe(0.5);
  });
});

describe('a text in an item that ends up in a status', () => {
  test('is cut to what there is room for, and on one line', () => {
    const item = {
      ...progressItem(progress),
      faults: Array.from({ length: 1_000 }, () => ({ key: 'k'.repeat(1e5), reason: 'r'.repeat(1e5) })),
      failure: { reason: 'R'.repeat(1e5), message: `a\u001b[31m\n${'m'.repeat(1e5)}` },
    };
    const { faults, failure } = parseProgress(item);
    expect(JSON.stringify(faults).length).toBeLessThan(50_000);
    expect(failure?.reason).toHaveLength(64);
    expect(failure?.message).toHaveLength(1_024);
    expect(failure?.message).toMatch(/^a \[31m m/);
  });
});
