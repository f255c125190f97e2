import { describe, expect, test } from '@jest/globals';
import { progressOf } from '../../../../src/dynamodb/state/progress.ts';
import type { RangeProgress } from '../../../../src/dynamodb/state/ranges.ts';
import { backfillStatus } from '../../../../src/operator/backfill/status.ts';
import { ownershipRecordOf } from '../../../support/index/index-records.ts';

const ownership = ownershipRecordOf(1);
const plan = { epoch: 1, boundaries: ['b'], counts: [100, 300] };
const range: RangeProgress = {
  range: 0,
  epoch: 1,
  state: 'done',
  pass: 1,
  unfinished: 0,
  repositories: 100,
  tags: 200,
  lastName: undefined,
  errorCount: 0,
  faults: [],
  failure: undefined,
  updatedAtMs: 0,
};

const statusAfter = (seconds: number, changes: Partial<RangeProgress> = {}, complete = false) =>
  backfillStatus(
    { ...ownership, complete },
    {
      progress: progressOf(plan, [{ ...range, ...changes }]),
      attempts: 0,
      nowMs: ownership.startedAtMs + seconds * 1_000,
    },
  ).backfill;

describe('the status of a backfill', () => {
  test('says how fast it is and how long it will take at that rate', () => {
    expect(statusAfter(10)).toMatchObject({ percent: 25, repositoriesPerSecond: 10, secondsLeft: 30 });
  });

  test('counts what was skipped by kind, and names the harmful first', () => {
    const faults = Array.from({ length: 20 }, (_, at) => ({ kind: 'Foreign', key: `f${at}`, reason: 'r' }) as const);
    const harmful = { kind: 'Missing', key: 'app@sha256:x', reason: 'the manifest is missing' } as const;
    const other = { errorCount: 1, faultCounts: { Missing: 1 }, faults: [harmful] };
    const progress = progressOf(plan, [
      { ...range, errorCount: 20, faultCounts: { Foreign: 20 }, faults },
      { ...range, range: 1, ...other },
    ]);
    const { backfill } = backfillStatus(ownership, { progress, attempts: 0, nowMs: 0 });
    expect(backfill).toMatchObject({ errorCount: 21, harmfulCount: 1, errorsByKind: { Foreign: 20, Missing: 1 } });
    expect(backfill?.errors).toEqual([harmful, ...faults.slice(0, 19)]);
  });

  test.each([
    ['is stopped', statusAfter(10, { failure: { reason: 'AccessDenied', message: '' } })],
    ['is complete', statusAfter(10, {}, true)],
  ])('tells no pace when it %s', (_, status) => {
    expect(status).toMatchObject({ repositories: 100 });
    expect(status).not.toHaveProperty('repositoriesPerSecond');
    expect(status).not.toHaveProperty('secondsLeft');
  });
});
