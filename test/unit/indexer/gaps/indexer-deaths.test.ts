import { describe, expect, test } from '@jest/globals';
import type { IndexerProcess } from '../../../../src/dynamodb/state/event-report.ts';
import { createIndexerWatch, type IndexerWatch } from '../../../../src/indexer/gaps/indexer-deaths.ts';

let elapsed = 0;
let table: readonly IndexerProcess[] = [];

function start(identity: string): IndexerWatch {
  return createIndexerWatch({ identity, overdueMs: 100, elapsedMs: () => elapsed });
}

/** One report; says how many have died. */
function report(watch: IndexerWatch): number {
  const { indexers, died } = watch.beat(table);
  table = indexers;
  watch.stored();
  return died;
}

const identities = () => table.map(({ identity }) => identity).sort();

describe('an indexer', () => {
  test('that leaves in order has not died, whoever comes after it', () => {
    table = [];
    const [first, second] = [start('pod-1'), start('pod-2')];
    expect([report(first), report(second), report(first)]).toEqual([0, 0, 0]);
    table = first.leave(table);
    expect(identities()).toEqual(['pod-2']);
    expect([report(start('pod-3')), report(start('pod-1')), report(second)]).toEqual([0, 0, 0]);
  });

  test('that comes back without having left has died, and is counted once', () => {
    table = [];
    report(start('pod-1'));
    const next = start('pod-1');
    expect([report(next), report(next)]).toEqual([1, 0]);
    expect(identities()).toEqual(['pod-1']);
  });

  test('that beats no more has died once it is overdue by the clock of another one', () => {
    table = [];
    report(start('pod-1'));
    const other = start('pod-2');
    report(other);
    elapsed += 99;
    expect(report(other)).toBe(0);
    elapsed += 1;
    expect([report(other), report(other)]).toEqual([1, 0]);
    expect(identities()).toEqual(['pod-2']);
  });

  test('that beats stays, however long', () => {
    table = [];
    const [one, other] = [start('pod-1'), start('pod-2')];
    for (let at = 0; at < 20; at += 1) {
      elapsed += 60;
      expect([report(one), report(other)]).toEqual([0, 0]);
    }
    expect(identities()).toEqual(['pod-1', 'pod-2']);
  });

  test('is not counted twice where its first report has to be written again', () => {
    table = [];
    report(start('pod-1'));
    const next = start('pod-1');
    expect([next.beat(table).died, next.beat(table).died]).toEqual([1, 1]);
    expect(report(next)).toBe(1);
    expect(report(next)).toBe(0);
  });

  test('of a name that runs twice by mistake is a death once, not for ever', () => {
    table = [];
    const [one, other] = [start('pod-1'), start('pod-1')];
    expect([report(one), report(other), report(one), report(other), report(one)]).toEqual([0, 1, 0, 0, 0]);
  });
});
