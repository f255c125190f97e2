import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Index } from '../../../../src/dynamodb/open.ts';
import type { RangePlan, RangeProgress } from '../../../../src/dynamodb/state/ranges.ts';
import { eachOf } from '../../../support/each-of.ts';
import { startIndex } from '../../../support/index/embedded-service.ts';
import { ownershipRecordOf } from '../../../support/index/index-records.ts';

const signal = AbortSignal.timeout(30 * 60_000);
const conflict = { failure: { kind: 'conflict' } };
let started: Awaited<ReturnType<typeof startIndex>>;
let index: Index;

beforeAll(async () => {
  started = await startIndex();
  index = started.index;
  await index.ownership.create(ownershipRecordOf(0), signal);
});

afterAll(() => started.stop());

let epoch = 0;
beforeEach(() => moveOn());

/** Begins the next epoch, as the operator does. */
async function moveOn(): Promise<void> {
  await index.ownership.update(ownershipRecordOf(epoch), ownershipRecordOf(epoch + 1), signal);
  epoch++;
}

const planOf = (changes: Partial<RangePlan> = {}): RangePlan => {
  return { epoch, boundaries: ['g', 'p'], counts: [3, 5, 8], ...changes };
};

const progressOf = (changes: Partial<RangeProgress> = {}): RangeProgress => ({
  range: 0,
  epoch,
  state: 'running',
  pass: 1,
  repositories: 3,
  tags: 7,
  unfinished: 2,
  lastName: 'a/b',
  errorCount: 1,
  faults: [{ key: 'a/stray', reason: 'is no link' }],
  failure: undefined,
  updatedAtMs: 1_700_000_000_000,
  ...changes,
});

describe('a plan', () => {
  test('is not there before it was agreed', async () => {
    expect(await index.ranges.readPlan(epoch, signal)).toBeUndefined();
  });

  test('is that of whoever was first', async () => {
    expect(await index.ranges.agreePlan(planOf(), signal)).toEqual(planOf());
    expect(await index.ranges.agreePlan(planOf({ boundaries: ['z'] }), signal)).toEqual(planOf());
    expect(await index.ranges.readPlan(epoch, signal)).toEqual(planOf());
  });

  test('may come without counts', async () => {
    expect(await index.ranges.agreePlan(planOf({ counts: undefined }), signal)).toEqual(planOf({ counts: undefined }));
    expect(await index.ranges.readPlan(epoch, signal)).toEqual(planOf({ counts: undefined }));
  });

  test('gives way to that of a newer epoch, and of an older one is a conflict', async () => {
    await index.ranges.agreePlan(planOf(), signal);
    const older = planOf();
    await moveOn();
    const newer = planOf({ boundaries: ['m'] });
    expect(await index.ranges.agreePlan(newer, signal)).toEqual(newer);
    await expect(index.ranges.agreePlan(older, signal)).rejects.toMatchObject(conflict);
    expect(await index.ranges.readPlan(older.epoch, signal)).toBeUndefined();
  });

  test('gives way when it only says what keeps from planning, and never takes the place of a real one', async () => {
    const failing = planOf({ boundaries: [], counts: undefined, failure: { reason: 'Throttled', message: 'wait' } });
    expect(await index.ranges.agreePlan(failing, signal)).toEqual(failing);
    expect(await index.ranges.readPlan(epoch, signal)).toEqual(failing);
    expect(await index.ranges.agreePlan(planOf(), signal)).toEqual(planOf());
    expect(await index.ranges.agreePlan(failing, signal)).toEqual(planOf());
    expect(await index.ranges.readPlan(epoch, signal)).toEqual(planOf());
  });

  test('of 4,096 ranges over a million repositories fits', async () => {
    const boundaries = Array.from(
      { length: 4_095 },
      (_, i) => `team-${i}/service-${i * 37}/component-${i * 244}`,
    ).sort();
    const plan = planOf({ boundaries, counts: Array.from({ length: 4_096 }, (_, i) => 230 + (i % 30)) });
    await index.ranges.agreePlan(plan, signal);
    expect(await index.ranges.readPlan(epoch, signal)).toEqual(plan);
  });
});

describe('progress', () => {
  test('is given back by range, none where nothing was written', async () => {
    const failed = progressOf({ range: 2, state: 'failed', failure: { reason: 'AccessDenied', message: 'no' } });
    await index.ranges.writeProgress(failed, signal);
    await index.ranges.writeProgress(progressOf({ range: 0, lastName: undefined }), signal);
    expect(await index.ranges.readProgress(planOf(), signal)).toEqual([progressOf({ lastName: undefined }), failed]);
  });

  test('replaces what was written before in the same epoch', async () => {
    await index.ranges.writeProgress(progressOf(), signal);
    await index.ranges.writeProgress(progressOf({ state: 'done', lastName: 'c' }), signal);
    expect(await index.ranges.readProgress(planOf(), signal)).toEqual([progressOf({ state: 'done', lastName: 'c' })]);
  });

  test('of an epoch that is over is a conflict and leaves the newer one alone', async () => {
    const old = progressOf({ state: 'done' });
    await moveOn();
    await index.ranges.writeProgress(progressOf(), signal);
    await expect(index.ranges.writeProgress(old, signal)).rejects.toMatchObject(conflict);
    expect(await index.ranges.readProgress(planOf(), signal)).toEqual([progressOf()]);
  });

  test('of an epoch that is over is a conflict also where the newer one has written nothing', async () => {
    const old = progressOf();
    await moveOn();
    await expect(index.ranges.writeProgress(old, signal)).rejects.toMatchObject(conflict);
    expect(await index.ranges.readProgress({ ...planOf(), epoch: old.epoch }, signal)).toEqual([]);
  });

  test('of another epoch is not read', async () => {
    await index.ranges.writeProgress(progressOf(), signal);
    await moveOn();
    expect(await index.ranges.readProgress(planOf(), signal)).toEqual([]);
  });

  test('of more ranges than one request can ask for is read', async () => {
    const boundaries = Array.from({ length: 249 }, (_, i) => `n${String(i).padStart(3, '0')}`);
    const ranges = Array.from({ length: 250 }, (_, range) => range);
    await eachOf(ranges, 8, (range) => index.ranges.writeProgress(progressOf({ range }), signal));
    const read = await index.ranges.readProgress(planOf({ boundaries }), signal);
    expect(read.map(({ range }) => range)).toEqual(ranges);
  });

  test('keeps kinds, and the harmful faults before any other', async () => {
    const kinds = ['Foreign', 'Missing', 'Leftover'] as const;
    const faults = Array.from({ length: 60 }, (_, i) => ({ kind: kinds[i % 3] ?? 'Foreign', key: `${i}`, reason: '' }));
    const faultCounts = { Foreign: 20, Leftover: 20, Missing: 20 };
    await index.ranges.writeProgress(progressOf({ faults, faultCounts, errorCount: 60 }), signal);
    const [read] = await index.ranges.readProgress(planOf(), signal);
    expect(read?.faultCounts).toEqual(faultCounts);
    expect(read?.faults).toEqual(faults.filter(({ kind }) => kind === 'Missing'));
  });

  test('keeps the first faults only', async () => {
    const faults = Array.from({ length: 500 }, (_, i) => ({ key: `key-${i}`, reason: 'x'.repeat(5_000) }));
    await index.ranges.writeProgress(progressOf({ faults, errorCount: 500 }), signal);
    const [read] = await index.ranges.readProgress(planOf(), signal);
    expect(read?.errorCount).toBe(500);
    expect(read?.faults.map(({ key }) => key)).toEqual(faults.slice(0, 20).map(({ key }) => key));
  });
});

describe('a worklist', () => {
  const agendaOf = (names: string[], changes: { range?: number; epoch?: number } = {}) => ({
    range: 3,
    epoch,
    names,
    ...changes,
  });

  test('is that of its range and epoch', async () => {
    const names = Array.from({ length: 4_000 }, (_, at) => `team-${at % 30}/service/app-${at}`);
    await index.ranges.writeWorklist(agendaOf(names), signal);
    await index.ranges.writeWorklist(agendaOf([], { range: 4 }), signal);
    expect(await index.ranges.readWorklist({ range: 3, epoch }, signal)).toEqual(agendaOf(names));
    expect(await index.ranges.readWorklist({ range: 4, epoch }, signal)).toEqual(agendaOf([], { range: 4 }));
    expect(await index.ranges.readWorklist({ range: 5, epoch }, signal)).toBeUndefined();
    expect(await index.ranges.readWorklist({ range: 3, epoch: epoch + 1 }, signal)).toBeUndefined();
  });

  test('of a later epoch stays', async () => {
    await index.ranges.writeWorklist(agendaOf(['new'], { epoch: epoch + 1 }), signal);
    const late = index.ranges.writeWorklist(agendaOf(['late']), signal);
    await expect(late).rejects.toMatchObject({ failure: { kind: 'conflict' } });
    expect(await index.ranges.readWorklist({ range: 3, epoch: epoch + 1 }, signal)).toMatchObject({ names: ['new'] });
  });

  test('of more names than fit into an item is none', async () => {
    const names = Array.from({ length: 8_000 }, (_, at) => createHash('sha512').update(`${at}`).digest('hex'));
    await index.ranges.writeWorklist(agendaOf(names, { range: 9 }), signal);
    expect(await index.ranges.readWorklist({ range: 9, epoch }, signal)).toBeUndefined();
  });
});
