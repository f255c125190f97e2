import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { createAwsCaller } from '../../../../src/aws/call.ts';
import { batchGet } from '../../../../src/dynamodb/items/batch-get.ts';
import { scanPages } from '../../../../src/dynamodb/items/table-scan.ts';
import { createChangeFeed } from '../../../../src/dynamodb/records/change-feed.ts';
import { collect } from '../../../support/collect.ts';

const { signal } = new AbortController();

/** A table whose service answers every request with the next of these, and then with the last again and again. */
function answering(...answers: object[]) {
  const sent: unknown[] = [];
  const send = async (command: { input: unknown }) => {
    sent.push(command.input);
    return answers[Math.min(sent.length, answers.length) - 1];
  };
  const client = { send } as unknown as DynamoDBDocumentClient;
  return { access: { client, table: 't', call: createAwsCaller({ thing: 'table t', at: 'here' }) }, sent };
}

afterEach(() => {
  jest.restoreAllMocks();
});

const keys = [{ version: 1 }, { version: 2 }];
const unprocessed = (...left: object[]) => ({ UnprocessedKeys: { t: { Keys: left } } });

describe('a read of many pages', () => {
  test('goes on while the service gets on', async () => {
    const { access } = answering({ Items: [{ a: 1 }], LastEvaluatedKey: { k: 1 } }, { Items: [{ a: 2 }] });
    expect(await collect(scanPages(access, {}, signal))).toEqual([[{ a: 1 }], [{ a: 2 }]]);
  });

  test('ends with its name where the service always sends back to the same place', async () => {
    const stuck = { Items: [{ name: 'a', changedAt: 1 }], LastEvaluatedKey: { k: 1 } };
    const scan = answering(stuck);
    await expect(collect(scanPages(scan.access, {}, signal))).rejects.toMatchObject({
      failure: { kind: 'terminal', reason: 'EndpointInvalid' },
    });
    const feed = answering(stuck);
    const { changes } = createChangeFeed({ ...feed.access, shards: 1 });
    await expect(collect(changes(0, 0, signal))).rejects.toMatchObject({ failure: { reason: 'EndpointInvalid' } });
    expect([scan.sent.length, feed.sent.length]).toEqual([2, 2]);
  });
});

describe('a read of many keys', () => {
  test('asks again for what was left', async () => {
    const { access } = answering(
      { Responses: { t: [{ version: 1 }] }, ...unprocessed({ version: 2 }) },
      { Responses: { t: [{ version: 2 }] } },
    );
    expect(await batchGet(access, keys, signal)).toEqual(keys);
  });

  test('is given up where as much is left every time, whatever comes with it', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0);
    const { access, sent } = answering({
      Responses: { t: Array(1_000).fill({ version: 1 }) },
      ...unprocessed(...keys, ...keys),
    });
    await expect(batchGet(access, keys, signal)).rejects.toMatchObject({ failure: { reason: 'Throttled' } });
    expect(sent).toHaveLength(10);
  });
});
