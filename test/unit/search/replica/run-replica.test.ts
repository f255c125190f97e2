import { describe, expect, test } from '@jest/globals';
import type { Replica } from '../../../../src/search/replica/replica.ts';
import { runReplica } from '../../../../src/search/replica/run-replica.ts';
import { createReplicaBench } from '../../../support/search/search-replica.ts';
import { createSearchTables } from '../../../support/search/search-tables.ts';

const QUICK = { feedIntervalMs: 1, backoffCapMs: 2 };

/** Runs a replica whose passes end as told, one after the other, and stops it after the last. */
async function run(outcomes: readonly (Error | 'ok')[]) {
  const stop = new AbortController();
  const bench = createReplicaBench(createSearchTables());
  const left = [...outcomes];
  const replica: Pick<Replica, 'pass' | 'close' | 'isNudged'> = {
    close: async () => undefined,
    isNudged: () => false,
    async pass() {
      const outcome = left.shift();
      if (left.length === 0) setImmediate(() => stop.abort());
      if (outcome instanceof Error) throw outcome;
      return 'quiet';
    },
  };
  await runReplica(replica, { ...bench.deps, settings: { ...bench.deps.settings, ...QUICK } }, stop.signal);
  return bench.messages();
}

describe('running a replica', () => {
  test('says once that the index cannot be read, and once that it can again', async () => {
    const broken = new Error('x');
    expect(await run(['ok', broken, broken, broken, 'ok', 'ok', broken, 'ok', 'ok'])).toEqual([
      'Failed to read the index from DynamoDB',
      'Reading the index from DynamoDB works again',
      'Failed to read the index from DynamoDB',
      'Reading the index from DynamoDB works again',
    ]);
  });

  test('ends when told to, also in the middle of a pass', async () => {
    const stop = new AbortController();
    const { deps } = createReplicaBench(createSearchTables());
    const replica: Pick<Replica, 'pass' | 'close' | 'isNudged'> = {
      close: async () => undefined,
      isNudged: () => false,
      pass: (signal) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    };
    const finished = runReplica(replica, deps, stop.signal);
    stop.abort();
    await expect(finished).resolves.toBeUndefined();
  });
});
