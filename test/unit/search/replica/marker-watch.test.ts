import { describe, expect, test } from '@jest/globals';
import type { MarkerState } from '../../../../src/dynamodb/state/ownership.ts';
import { nextStep, type Served } from '../../../../src/search/replica/marker-watch.ts';
import { markerOf } from '../../support/search-tables.ts';

const whole: Served = { epoch: 1, startedAtMs: 1, complete: true };
const part: Served = { epoch: 1, startedAtMs: 1, complete: false };
const next = { epoch: 2, startedAtMs: 9 };

describe('the next step of a replica', () => {
  test.each<[string, MarkerState, Served | undefined, string]>([
    ['no marker, nothing in memory', { kind: 'none' }, undefined, 'keep'],
    ['no marker, a memory', { kind: 'none' }, whole, 'keep'],
    ["the original's tables", { kind: 'legacy' }, undefined, 'keep'],
    ['tables that are not ours', { kind: 'foreign', why: 'x' }, whole, 'keep'],
    ['a filling that is complete', markerOf(), undefined, 'load'],
    ['a complete filling whose table is being made again', markerOf({ intent: 'creating' }), undefined, 'keep'],
    ['the filling in memory, whose table is being made again', markerOf({ intent: 'creating' }), whole, 'keep'],
    ['the filling in memory', markerOf(), whole, 'follow'],
    ['the filling in memory, incomplete', markerOf({ complete: false }), part, 'follow'],
    ['a first filling', markerOf({ complete: false }), undefined, 'load'],
    [
      'a first filling whose table is not made yet',
      markerOf({ complete: false, repositoryTable: undefined }),
      undefined,
      'keep',
    ],
    ['a refill, nothing in memory', markerOf({ complete: false, refill: true }), undefined, 'keep'],
    ['a refill, the old filling in memory', markerOf({ ...next, complete: false, refill: true }), whole, 'keep'],
    ['a refill that is complete', markerOf({ ...next, refill: true }), whole, 'load'],
    ['another first filling, the former never completed', markerOf({ ...next, complete: false }), part, 'load'],
    ['a first filling, a complete one in memory', markerOf({ ...next, complete: false }), whole, 'keep'],
    ['the same epoch begun anew and complete', markerOf({ startedAtMs: 9 }), whole, 'load'],
  ])('%s', (_what, state, served, expected) => {
    expect(nextStep(state, served).kind).toBe(expected);
  });
});
