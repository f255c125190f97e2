import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Change } from '../../../../src/dynamodb/records/change-feed.ts';
import { startIndex } from '../../../support/index/embedded-service.ts';
import { recordOf } from '../../../support/index/index-records.ts';

const SHARDS = 4;
const signal = AbortSignal.timeout(30 * 60_000);
let clockMs = 0;
let started: Awaited<ReturnType<typeof startIndex>>;

beforeAll(async () => {
  started = await startIndex(() => clockMs);
  const records = started.index.records(SHARDS);
  for (let i = 0; i < 40; i++) {
    clockMs = 1_000 + i;
    const record = recordOf(`team/app-${i}`);
    await records.create({ record, epoch: 1, fingerprint: 'f', listedAtMs: 0 }, signal);
  }
});

afterAll(() => started.stop());

async function changesSince(sinceMs: number): Promise<Change[][]> {
  const feed = started.index.feed(SHARDS);
  const shards = Array.from({ length: feed.shards }, async (_, shard) => {
    const changes: Change[] = [];
    for await (const page of feed.changes(shard, sinceMs, signal)) changes.push(...page);
    return changes;
  });
  return Promise.all(shards);
}

describe('the change feed', () => {
  test('has every record once, in one shard each, oldest first', async () => {
    const shards = await changesSince(0);
    const expected = Array.from({ length: 40 }, (_, i) => ({ name: `team/app-${i}`, changedAtMs: 1_000 + i }));
    expect(shards.flat().sort((a, b) => a.changedAtMs - b.changedAtMs)).toEqual(expected);
    for (const shard of shards) {
      const times = shard.map(({ changedAtMs }) => changedAtMs);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
    }
  });

  test('begins at a time, itself included', async () => {
    const times = (await changesSince(1_030)).flat().map(({ changedAtMs }) => changedAtMs);
    expect(times.sort((a, b) => a - b)).toEqual([1_030, 1_031, 1_032, 1_033, 1_034, 1_035, 1_036, 1_037, 1_038, 1_039]);
  });

  test('moves a record that changes, tombstones too', async () => {
    const records = started.index.records(SHARDS);
    const seen = await records.read('team/app-7', signal);
    if (!seen) throw new Error('team/app-7 is not there');
    clockMs = 9_000;
    await records.remove(seen, seen, signal);
    expect((await changesSince(2_000)).flat()).toEqual([{ name: 'team/app-7', changedAtMs: 9_000 }]);
    expect((await changesSince(0)).flat()).toHaveLength(40);
  });
});
