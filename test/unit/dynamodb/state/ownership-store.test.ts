import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { OwnershipRecord } from '../../../../src/dynamodb/state/ownership.ts';
import { ownershipItem } from '../../../../src/dynamodb/state/ownership-store.ts';
import { credentials, startIndex } from '../../../support/index/embedded-service.ts';
import { ownershipRecordOf } from '../../../support/index/index-records.ts';

const signal = AbortSignal.timeout(30 * 60_000);
const conflict = { failure: { kind: 'conflict' } };
let started: Awaited<ReturnType<typeof startIndex>>;
let peer: DynamoDBDocumentClient;

const ownership = ownershipRecordOf(1);

beforeAll(async () => {
  started = await startIndex();
  const { region, endpoint } = started.location;
  peer = DynamoDBDocumentClient.from(new DynamoDBClient({ region, endpoint: endpoint ?? '', credentials }), {
    marshallOptions: { removeUndefinedValues: true },
  });
});

afterAll(async () => {
  peer.destroy();
  await started.stop();
});

afterEach(async () => {
  for (const version of [1, 2, 3, 1_000_001])
    await peer.send(new DeleteCommand({ TableName: started.location.versionTable, Key: { version } }));
});

async function put(item: Record<string, unknown>): Promise<void> {
  await peer.send(new PutCommand({ TableName: started.location.versionTable, Item: item }));
}

const read = () => started.index.ownership.read(signal);
const readToClaim = () => started.index.ownership.readToClaim(signal);
const claim = (next: OwnershipRecord) => started.index.ownership.create(next, signal);
const update = (seen: OwnershipRecord, next: OwnershipRecord) => started.index.ownership.update(seen, next, signal);

describe('reading the version table', () => {
  test('of nothing says none', async () => {
    expect(await read()).toEqual({ kind: 'none' });
    expect(await readToClaim()).toEqual({ kind: 'none' });
  });

  test('gives back what was claimed', async () => {
    await claim(ownership);
    expect(await read()).toEqual({ kind: 'ours', ownership });
  });

  test('of the original module says legacy, even beside an ownership record of ours', async () => {
    await put({ version: 1 });
    expect(await read()).toEqual({ kind: 'legacy' });
    await claim(ownership);
    expect(await read()).toEqual({ kind: 'legacy' });
  });

  test('of a schema version to come says foreign and names it to whoever may claim the table', async () => {
    await put({ version: 3 });
    expect(await readToClaim()).toEqual({ kind: 'foreign', why: expect.stringContaining('version 3') });
    expect(await read()).toEqual({ kind: 'none' });
  });

  test('of an ownership record that lacks its fields says foreign and names the first of them', async () => {
    await put({ version: 2, owner: 'me' });
    expect(await read()).toEqual({ kind: 'foreign', why: 'the ownership record: owner is not a map' });
  });

  test('of an intent to come says foreign', async () => {
    await put({ ...ownershipItem(ownership), intent: 'polishing' });
    expect(await read()).toEqual({ kind: 'foreign', why: 'the ownership record: intent polishing is not known' });
  });

  test('of progress whose ownership record is gone says none', async () => {
    await put({ version: 1_000_001, epoch: 1 });
    expect(await readToClaim()).toEqual({ kind: 'none' });
  });
});

describe('a claim', () => {
  test('is a conflict where an ownership record is, which stays', async () => {
    await claim(ownership);
    await expect(claim({ ...ownership, epoch: 9 })).rejects.toMatchObject(conflict);
    expect(await read()).toEqual({ kind: 'ours', ownership });
  });

  test('is given to one of many', async () => {
    const claims = Array.from({ length: 8 }, (_, i) => claim({ ...ownership, source: `source ${i}` }));
    const results = await Promise.allSettled(claims);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});

describe('an update', () => {
  const complete: OwnershipRecord = {
    ...ownership,
    intent: 'none',
    repositoryTable: 'id-1',
    complete: true,
    completedAtMs: 5,
  };

  test('replaces what was seen', async () => {
    await claim(ownership);
    await update(ownership, complete);
    expect(await read()).toEqual({ kind: 'ours', ownership: complete });
  });

  test.each<[string, Partial<OwnershipRecord>]>([
    ['owner', { owner: { ...ownership.owner, name: 'other' } }],
    ['cluster', { owner: { ...ownership.owner, cluster: 'c-2' } }],
    ['epoch', { epoch: 2 }],
    ['intent', { intent: 'deleting' }],
  ])('is a conflict when the %s is no longer what was seen', async (_, there) => {
    const present = { ...ownership, ...there };
    await claim(present);
    await expect(update(ownership, complete)).rejects.toMatchObject(conflict);
    expect(await read()).toEqual({ kind: 'ours', ownership: present });
  });

  test('is a conflict when the ownership record is gone', async () => {
    await expect(update(ownership, complete)).rejects.toMatchObject(conflict);
    expect(await read()).toEqual({ kind: 'none' });
  });
});
