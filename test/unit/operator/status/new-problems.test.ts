import { expect, test } from '@jest/globals';
import { type ConditionUpdate, falseCondition, trueCondition } from '../../../../src/api/conditions.ts';
import { after, done, retry, stalled } from '../../../../src/kube/outcome.ts';
import { newProblems } from '../../../../src/operator/status/problems.ts';
import type { StepResult } from '../../../../src/operator/status/step-result.ts';

const unreachable = falseCondition('TablesReady', 'EndpointUnreachable', 'http://dynamodb:8000 does not answer');
const degraded = trueCondition('Degraded', 'RolloutStuck', 'no node has room');
const failed = (condition: ConditionUpdate): StepResult => ({ conditions: [condition], outcome: retry(new Error()) });
const found = (condition: ConditionUpdate): StepResult => ({ conditions: [condition], outcome: done });

const before = (...conditions: ConditionUpdate[]) => ({
  status: { conditions: conditions.map((condition) => ({ ...condition, lastTransitionTime: '2026-03-01T12:00:00Z' })) },
});
const reasons = (...given: Parameters<typeof newProblems>) => newProblems(...given).map(({ reason }) => reason);

test('a failure is an event when it occurs first, and again when its reason changes', () => {
  expect(reasons({}, [failed(unreachable)])).toEqual(['EndpointUnreachable']);
  expect(reasons(before(unreachable), [failed(unreachable)])).toEqual([]);
  expect(reasons(before(falseCondition('TablesReady', 'AccessDenied')), [failed(unreachable)])).toEqual([
    'EndpointUnreachable',
  ]);
  expect(reasons(before(trueCondition('TablesReady', 'Active')), [failed(unreachable)])).toEqual([
    'EndpointUnreachable',
  ]);
});

test('what becomes degraded is an event once', () => {
  expect(reasons(before(falseCondition('Degraded', 'AsExpected')), [found(degraded)])).toEqual(['RolloutStuck']);
  expect(reasons(before(degraded), [found(degraded)])).toEqual([]);
});

test('what the event of a resync says is not said twice', () => {
  expect(reasons({}, [found(trueCondition('Degraded', 'MassDeletion'))])).toEqual([]);
});

test('what stalls is one until the status says so in these words, and progress is none', () => {
  const progress = { conditions: [falseCondition('BackfillComplete', 'Backfilling')], outcome: after(2_000) };
  expect(reasons({}, [progress, { conditions: [], outcome: stalled('NotOurs', 'the table is not ours') }])).toEqual([
    'NotOurs',
  ]);
  const stall: StepResult = { conditions: [], outcome: stalled('NotOurs', 'the table is not ours') };
  expect(reasons(before(trueCondition('Stalled', 'NotOurs', 'the table is not ours')), [stall])).toEqual([]);
  expect(reasons(before(trueCondition('Stalled', 'NotOurs', 'another table is not ours')), [stall])).toEqual([
    'NotOurs',
  ]);
});
