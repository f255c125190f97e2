import { describe, expect, test } from '@jest/globals';
import { type Arrival, arrivalOf, isOverdue, nextLookInMs } from '../../../../src/indexer/events/arrival.ts';
import { type Expectation, mergePending, type PendingTag, pendingOf } from '../../../../src/indexer/events/hint.ts';
import type { TagLook } from '../../../../src/storage/layout.ts';

const push = (digest: string): Expectation => ({ kind: 'digest', digest });
const ABSENT: Expectation = { kind: 'absence' };
const SEEN: Expectation = { kind: 'nothing' };

/** Hints one millisecond apart. */
function pendingAfter(...[first, ...others]: [Expectation, ...Expectation[]]): PendingTag {
  const merge = (before: PendingTag, expects: Expectation, at: number) =>
    mergePending(before, pendingOf(expects, at + 1));
  return others.reduce(merge, pendingOf(first, 0));
}

function look(current: [digest: string, atMs: number] | undefined, linked: Record<string, number> = {}): TagLook {
  const tag = current && { name: 'v1', digest: current[0], pushedAtMs: current[1] };
  return { tag, linkedAtMs: new Map(Object.entries(linked)) };
}

describe('several hints about one tag', () => {
  test('expect all digests that were announced, the latest last', () => {
    expect([...pendingAfter(push('a'), push('b'), push('a')).expected]).toEqual(['b', 'a']);
  });

  test('forget what a deletion has ended, and the deletion when it is pushed again', () => {
    expect(pendingAfter(push('a'), ABSENT)).toMatchObject({ expected: new Set(), expectsAbsence: true });
    expect(pendingAfter(push('a'), ABSENT, push('b'))).toMatchObject({
      expected: new Set(['b']),
      expectsAbsence: false,
    });
    expect(pendingAfter(ABSENT, SEEN).expectsAbsence).toBe(true);
  });

  test('keep the latest sixteen digests of a tag that is pushed over and over', () => {
    const digests = Array.from({ length: 1_000 }, (_, at) => `d${at}`);
    expect([...pendingAfter(SEEN, ...digests.map(push)).expected]).toEqual(digests.slice(-16));
  });

  test('count from the first of them, and wait from the latest', () => {
    expect(pendingAfter(push('a'), push('b'), push('c'))).toMatchObject({ sinceMs: 0, latestMs: 2 });
  });
});

describe('a tag as the store shows it', () => {
  test.each<[string, Arrival, TagLook, PendingTag]>([
    ['points to the announced digest', 'arrived', look(['a', 5], { a: 5 }), pendingAfter(push('a'))],
    ['points to it, by a clock that is behind', 'arrived', look(['a', 3], { a: 5 }), pendingAfter(push('a'))],
    ['points to nothing yet', 'missing', look(undefined, { a: 5 }), pendingAfter(push('a'))],
    ['points to what was before', 'missing', look(['old', 1], { old: 1 }), pendingAfter(push('a'))],
    [
      'has the digest in its history, not as its current one',
      'missing',
      look(['old', 1], { a: 5 }),
      pendingAfter(push('a')),
    ],
    ['was pushed to once more since', 'arrived', look(['b', 9], { a: 5 }), pendingAfter(push('a'))],
    ['was written in the same second', 'missing', look(['old', 5], { a: 5 }), pendingAfter(push('a'))],
    ['shows the latest of two', 'arrived', look(['b', 9], { a: 5, b: 9 }), pendingAfter(push('a'), push('b'))],
    ['shows the first of two', 'missing', look(['a', 5], { a: 5 }), pendingAfter(push('a'), push('b'))],
    ['went back to the first of two', 'arrived', look(['a', 9], { a: 9, b: 8 }), pendingAfter(push('a'), push('b'))],
    ['had both in one second', 'tied', look(['a', 5], { a: 5, b: 5 }), pendingAfter(push('a'), push('b'))],
    [
      'had both in one second, before a third',
      'missing',
      look(['old', 5], { a: 5, b: 5 }),
      pendingAfter(push('a'), push('b')),
    ],
    ['is gone as was announced', 'arrived', look(undefined), pendingAfter(ABSENT)],
    ['is still there', 'missing', look(['a', 5], { a: 5 }), pendingAfter(ABSENT)],
    ['is as it is, where nothing was announced', 'arrived', look(['a', 5]), pendingAfter(SEEN)],
    ['is gone, where nothing was announced', 'arrived', look(undefined), pendingAfter(SEEN)],
  ])('%s: %s', (_, expected, seen, pending) => {
    expect(arrivalOf(seen, pending)).toBe(expected);
  });

  test('is looked at again after 50, 100, 200, 400, 800, 1,600 and 3,000 ms, and then taken as it is', () => {
    const pending = pendingOf(push('a'), 1_000);
    const waits = [1_000, 1_050, 1_060, 1_100, 1_200, 1_400, 1_800, 2_600, 4_000].map((nowMs) =>
      nextLookInMs(pending, nowMs),
    );
    expect(waits).toEqual([50, 50, 40, 100, 200, 400, 800, 1_400, undefined]);
  });

  test('is taken as it is once it was announced without pause for six seconds', () => {
    expect([5_999, 6_000].map((nowMs) => isOverdue(pendingOf(push('a'), 0), nowMs))).toEqual([false, true]);
  });
});
