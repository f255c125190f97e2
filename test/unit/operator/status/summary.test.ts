import { describe, expect, test } from '@jest/globals';
import { falseCondition, trueCondition, unknownCondition } from '../../../../src/api/conditions.ts';
import { done, type Outcome, retry, stalled } from '../../../../src/kube/outcome.ts';
import { mostUrgent, summarise } from '../../../../src/operator/status/summary.ts';

/** Not called `after`, which is a hook of tests. */
const lookIn = (ms: number): Outcome => ({ kind: 'after', ms });
const tables = trueCondition('TablesReady', 'Active');
const backfill = trueCondition('BackfillComplete', 'Complete');
const search = trueCondition('SearchAvailable', 'Available');

/** The statuses of Ready, Reconciling and Stalled, in this order. */
function statuses(...args: Parameters<typeof summarise>): string[] {
  return summarise(...args).map(({ status }) => status);
}

describe('the summary that kubectl wait and kstatus read', () => {
  test('is ready when tables, backfill and search are', () => {
    expect(summarise([tables, backfill, search], lookIn(30_000)).map(({ type }) => type)).toEqual([
      'Ready',
      'Reconciling',
      'Stalled',
    ]);
    expect(statuses([tables, backfill, search], lookIn(30_000))).toEqual(['True', 'False', 'False']);
  });

  test.each([
    {
      missing: 'tables',
      said: [falseCondition('TablesReady', 'CreatingTables', 'making'), backfill, search],
      reason: 'CreatingTables',
    },
    {
      missing: 'backfill',
      said: [tables, falseCondition('BackfillComplete', 'Backfilling', '7 %'), search],
      reason: 'Backfilling',
    },
    { missing: 'search', said: [tables, backfill, unknownCondition('SearchAvailable', 'Asking')], reason: 'Asking' },
  ])('is reconciling for the reason of the $missing that are not', ({ said, reason }) => {
    expect(statuses(said, done)).toEqual(['False', 'True', 'False']);
    expect(summarise(said, done)[0]).toMatchObject({ reason });
  });

  test('is not ready while search still loads, although every condition holds', () => {
    const unready = { reason: 'LoadingSearch', message: 'a moment' };
    expect(statuses([tables, backfill, search], done, unready)).toEqual(['False', 'True', 'False']);
    expect(summarise([tables, backfill, search], done, unready)[0]).toMatchObject(unready);
  });

  test('gives the reason that comes first in the order of the steps', () => {
    const said = [falseCondition('SearchAvailable', 'Late'), falseCondition('TablesReady', 'First'), backfill];
    expect(summarise(said, done)[0]).toMatchObject({ reason: 'First' });
  });

  test('is not ready while a condition is missing', () => {
    expect(statuses([], done)).toEqual(['False', 'True', 'False']);
    expect(statuses([tables, search], done)).toEqual(['False', 'True', 'False']);
  });

  test('is stalled with the reason if only a person can help, even if everything was ready before', () => {
    const said = summarise([tables, backfill, search], stalled('NotOurs', 'the tables are theirs'));
    expect(said).toEqual([
      falseCondition('Ready', 'NotOurs', 'the tables are theirs'),
      falseCondition('Reconciling', 'NotOurs'),
      trueCondition('Stalled', 'NotOurs', 'the tables are theirs'),
    ]);
  });
});

describe('of several outcomes', () => {
  const error = new Error('x');
  const result = (outcome: Parameters<typeof summarise>[1]) => ({ conditions: [], outcome });

  test.each([
    { of: 'nothing', outcomes: [], urgent: done },
    { of: 'done and done', outcomes: [done, done], urgent: done },
    { of: 'several looks the earliest', outcomes: [lookIn(500), done, lookIn(200)], urgent: lookIn(200) },
    { of: 'a failure and a look', outcomes: [lookIn(1), retry(error)], urgent: retry(error) },
    { of: 'a failure and a stall', outcomes: [retry(error), stalled('A', 'b')], urgent: stalled('A', 'b') },
  ])('$of counts', ({ outcomes, urgent }) => {
    expect(mostUrgent(outcomes.map(result))).toEqual(urgent);
  });
});
