import { expect, test } from '@jest/globals';
import { falseCondition, mergeConditions, trueCondition } from '../../../src/api/conditions.ts';

const first = { generation: 1, now: new Date('2026-03-01T12:00:00.900Z') };
const later = { generation: 2, now: new Date('2026-03-01T13:00:00Z') };
const ready = trueCondition('Ready', 'Ready', 'all is well');

test('a new condition began now, in whole seconds', () => {
  expect(mergeConditions([], [ready], first)).toEqual([
    { ...ready, lastTransitionTime: '2026-03-01T12:00:00Z', observedGeneration: 1 },
  ]);
});

test('a condition with the same status keeps its time and gets the new generation', () => {
  const [condition] = mergeConditions(mergeConditions([], [ready], first), [ready], later);
  expect(condition).toMatchObject({ lastTransitionTime: '2026-03-01T12:00:00Z', observedGeneration: 2 });
});

test('another reason for the same status moves no time', () => {
  const [condition] = mergeConditions(mergeConditions([], [ready], first), [trueCondition('Ready', 'Other')], later);
  expect(condition).toMatchObject({ reason: 'Other', message: '', lastTransitionTime: '2026-03-01T12:00:00Z' });
});

test('another status began now', () => {
  const [condition] = mergeConditions(mergeConditions([], [ready], first), [falseCondition('Ready', 'Broken')], later);
  expect(condition).toMatchObject({ status: 'False', lastTransitionTime: '2026-03-01T13:00:00Z' });
});

test('a condition that nobody spoke of stays as it is, also one of another program', () => {
  const theirs = { type: 'Theirs', status: 'True', reason: 'R', message: '', lastTransitionTime: 't' } as const;
  expect(mergeConditions([theirs], [ready], later)).toContainEqual(theirs);
});

test('of two statements about one condition the last counts', () => {
  expect(mergeConditions([], [ready, falseCondition('Ready', 'Broken')], first)).toMatchObject([{ reason: 'Broken' }]);
});
