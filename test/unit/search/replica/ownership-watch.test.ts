import { describe, expect, test } from '@jest/globals';
import type { OwnershipState } from '../../../../src/dynamodb/state/ownership.ts';
import { createOwnershipWatch, nextStep, type Served } from '../../../../src/search/replica/ownership-watch.ts';
import { ownershipRecordOf } from '../../../support/search/search-tables.ts';

const whole: Served = { epoch: 1, startedAtMs: 1, complete: true };
const part: Served = { epoch: 1, startedAtMs: 1, complete: false };
const next = { epoch: 2, startedAtMs: 9 };

describe('the next step of a replica', () => {
  test.each<[string, OwnershipState, Served | undefined, string]>([
    ['no ownership record, nothing in memory', { kind: 'none' }, undefined, 'keep'],
    ['no ownership record, a memory', { kind: 'none' }, whole, 'keep'],
    ["the original's tables", { kind: 'legacy' }, undefined, 'keep'],
    ['tables that are not ours', { kind: 'foreign', why: 'x' }, whole, 'keep'],
    ['a build that is complete', ownershipRecordOf(), undefined, 'load'],
    ['a complete build whose table is being made again', ownershipRecordOf({ intent: 'creating' }), undefined, 'keep'],
    ['the build in memory, whose table is being made again', ownershipRecordOf({ intent: 'creating' }), whole, 'keep'],
    ['the build in memory', ownershipRecordOf(), whole, 'follow'],
    ['the build in memory, incomplete', ownershipRecordOf({ complete: false }), part, 'follow'],
    ['a first build', ownershipRecordOf({ complete: false }), undefined, 'load'],
    [
      'a first build whose table is not made yet',
      ownershipRecordOf({ complete: false, repositoryTable: undefined }),
      undefined,
      'keep',
    ],
    ['a refill, nothing in memory', ownershipRecordOf({ complete: false, refill: true }), undefined, 'keep'],
    ['a refill, the old build in memory', ownershipRecordOf({ ...next, complete: false, refill: true }), whole, 'keep'],
    ['a refill that is complete', ownershipRecordOf({ ...next, refill: true }), whole, 'load'],
    ['another first build, the former never completed', ownershipRecordOf({ ...next, complete: false }), part, 'load'],
    ['a first build, a complete one in memory', ownershipRecordOf({ ...next, complete: false }), whole, 'keep'],
    ['the same epoch begun anew and complete', ownershipRecordOf({ startedAtMs: 9 }), whole, 'load'],
  ])('%s', (_what, state, served, expected) => {
    expect(nextStep(state, served).kind).toBe(expected);
  });
});

test('the ownership record is read again once its interval is over, and when the clock was set back', async () => {
  let [nowMs, reads] = [10_000_000, 0];
  const read = async () => {
    reads += 1;
    return ownershipRecordOf();
  };
  const watch = createOwnershipWatch({ source: { ownership: { read } }, intervalMs: 5_000, now: () => nowMs });
  const readsAt = async (atMs: number) => {
    nowMs = atMs;
    await watch.read(new AbortController().signal);
    return reads;
  };
  expect(await readsAt(10_000_000)).toBe(1);
  expect(await readsAt(10_004_999)).toBe(1);
  expect(await readsAt(10_005_000)).toBe(2);
  expect(await readsAt(6_400_000)).toBe(3);
});
