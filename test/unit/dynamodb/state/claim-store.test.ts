import {
  DescribeTableCommand,
  DynamoDBClient,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { accessTable } from '../../../../src/dynamodb/items/table-access.ts';
import { type Index, openIndex } from '../../../../src/dynamodb/open.ts';
import { type ClaimState, claimTags, ownerTags } from '../../../../src/dynamodb/state/claim.ts';
import { createClaimStore, type ReplaceableClaim } from '../../../../src/dynamodb/state/claim-store.ts';
import type { TableClaim } from '../../../../src/dynamodb/state/ownership.ts';
import { collect } from '../../../support/collect.ts';
import {
  credentials,
  makeTables,
  startEmbeddedService,
  type TestService,
  unmanaged,
} from '../../../support/index/embedded-service.ts';
import { recordOf } from '../../../support/index/index-records.ts';

const signal = AbortSignal.timeout(30 * 60_000);
const conflict = { failure: { kind: 'conflict' } };
const { claim } = unmanaged;
const other: TableClaim = { owner: { ...claim.owner, name: 'other' }, versionTable: 'other-version' };
const mine = { ...claim.owner, versionTable: claim.versionTable };
const theirs = { ...other.owner, versionTable: other.versionTable };

let service: TestService;
let index: Index;
let peer: DynamoDBDocumentClient;

beforeEach(async () => {
  service = await startEmbeddedService();
  index = openIndex({ location: service.location, credentials });
  await makeTables(index, signal);
  const { region, endpoint = '' } = service.location;
  peer = DynamoDBDocumentClient.from(new DynamoDBClient({ region, endpoint, credentials }));
});

afterEach(async () => {
  peer.destroy();
  index.close();
  await service.stop();
});

async function described() {
  const tables = index.tables(unmanaged);
  return { version: await tables.describe('version', signal), repository: await tables.describe('repository', signal) };
}

async function read(claims = index.claims(claim)): Promise<ClaimState> {
  return claims.read(await described(), signal);
}

async function identity(): Promise<string> {
  const { repository } = await described();
  return repository.kind === 'present' ? repository.identity : 'missing';
}

function replaceable(state: ClaimState): ReplaceableClaim {
  if (state.kind === 'none' || state.kind === 'said') return state;
  throw new Error(`a claim that is ${state.kind} is not written over`);
}

async function write(by: TableClaim): Promise<void> {
  await index.claims(by).write(replaceable(await read()), await identity(), signal);
}

const put = (Item: Record<string, unknown>) => peer.send(new PutCommand({ TableName: 'test-repository', Item }));

async function arnOf(TableName: string): Promise<string | undefined> {
  return (await peer.send(new DescribeTableCommand({ TableName }))).Table?.TableArn;
}

async function tag(table: string, tags: Readonly<Record<string, string>>): Promise<void> {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  await peer.send(new TagResourceCommand({ ResourceArn: await arnOf(table), Tags }));
}

describe('where tags are not kept, an item says whose the table is', () => {
  test('which is nobody’s at first, and then ours', async () => {
    expect(await read()).toEqual({ kind: 'none', place: 'item', free: true, tagsHidden: false });
    await write(claim);
    expect(await read()).toEqual({ kind: 'said', says: mine, by: 'item', place: 'item' });
    expect(await read(index.claims(other))).toEqual({ kind: 'said', says: mine, by: 'item', place: 'item' });
  });

  test('which is not free when anything is in it', async () => {
    await put({ name: 'library/nginx' });
    expect(await read()).toMatchObject({ kind: 'none', free: false });
  });

  test('which one of many gets who found it unclaimed', async () => {
    const seen = replaceable(await read());
    const table = await identity();
    const claims = Array.from({ length: 8 }, (_, i) =>
      index.claims({ ...claim, versionTable: `version-${i}` }).write(seen, table, signal),
    );
    const results = await Promise.allSettled(claims);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('which is taken over from the owner that was seen, and from no other', async () => {
    await write(other);
    const seen = replaceable(await read());
    await index.claims(claim).write(seen, await identity(), signal);
    expect(await read()).toMatchObject({ says: mine });
    await expect(index.claims(other).write(seen, await identity(), signal)).rejects.toMatchObject(conflict);
  });

  test('but not with what came from another table', async () => {
    await index.claims(claim).write({ kind: 'none', place: 'item', free: true, tagsHidden: false }, 'table-0', signal);
    expect(await read()).toEqual({ kind: 'copied', says: mine, place: 'item' });
  });

  test('but not in the words of a version to come', async () => {
    await put({ name: '#claim', owner: 'me' });
    expect(await read()).toMatchObject({ kind: 'unreadable', why: expect.stringContaining('owner is not a map') });
  });
});

describe('where tags are kept, as those of the version table show', () => {
  beforeEach(() => tag('test-version', ownerTags(claim.owner)));

  test('they say whose the table is, and no item is written', async () => {
    expect(await read()).toEqual({ kind: 'none', place: 'tags', free: false, tagsHidden: false });
    await write(claim);
    expect(await read()).toEqual({ kind: 'said', says: mine, by: 'tags', place: 'tags' });
    const Key = { name: '#claim' };
    const { Item } = await peer.send(new GetCommand({ TableName: 'test-repository', Key }));
    expect(Item).toBeUndefined();
  });

  test('those of an earlier version are completed', async () => {
    await tag('test-repository', { ...ownerTags(claim.owner), team: 'web' });
    expect(await read()).toMatchObject({ kind: 'said', says: claim.owner, by: 'tags', place: 'tags' });
    await write(claim);
    expect(await read()).toMatchObject({ says: mine });
  });

  test('what others have written meanwhile stays', async () => {
    const seen = replaceable(await read());
    await tag('test-repository', claimTags(other));
    await expect(index.claims(claim).write(seen, await identity(), signal)).rejects.toMatchObject(conflict);
    expect(await read()).toMatchObject({ says: theirs });
  });

  test('another table of that name is not written to', async () => {
    const seen = replaceable(await read());
    await expect(index.claims(claim).write(seen, 'table-0', signal)).rejects.toMatchObject(conflict);
    expect(await read()).toMatchObject({ kind: 'none' });
  });

  test('an item says so where they may not be written', async () => {
    const denied = withDenied(/^TagResource/);
    await denied.write(replaceable(await read()), await identity(), signal);
    expect(await read()).toEqual({ kind: 'said', says: mine, by: 'item', place: 'tags' });
  });

  test('tags that are taken away leave nothing said', async () => {
    await write(claim);
    const TagKeys = Object.keys(claimTags(claim));
    await peer.send(new UntagResourceCommand({ ResourceArn: await arnOf('test-repository'), TagKeys }));
    expect(await read()).toMatchObject({ kind: 'none', place: 'tags', free: false });
  });

  test('they are enough for who has no rights on items', async () => {
    const denied = withDenied(/^(BatchGetItem|Scan)/);
    expect(await read(denied)).toMatchObject({ kind: 'none', place: 'tags' });
    await write(claim);
    expect(await read(denied)).toMatchObject({ says: mine });
  });
});

/** A store of somebody who may not do everything. */
function withDenied(commands: RegExp) {
  const { region, endpoint = '' } = service.location;
  const client = new DynamoDBClient({ region, endpoint, credentials });
  client.middlewareStack.add((next, { commandName = '' }) => (args) => {
    if (commands.test(commandName)) throw Object.assign(new Error('no'), { name: 'AccessDeniedException' });
    return next(args);
  });
  const place = { client: DynamoDBDocumentClient.from(client), table: service.location.repositoryTable, at: 'here' };
  return createClaimStore({ client, items: accessTable(place), location: service.location, claim });
}

test('who may read neither tags nor items is told so, and nothing is taken for unclaimed', async () => {
  const tables = await described();
  const denied = { ...tables, repository: { ...tables.repository, tags: 'denied' as const } };
  const reading = withDenied(/^BatchGetItem/).read(denied, signal);
  await expect(reading).rejects.toMatchObject({ failure: { kind: 'denied', reason: 'AccessDenied' } });
});

test('the item is nothing to whoever reads or sweeps the table', async () => {
  await write(claim);
  const unreadable: string[] = [];
  const { region, endpoint } = service.location;
  const reader = openIndex({
    location: { ...service.location, region, endpoint },
    credentials,
    now: () => Date.now() + 365 * 24 * 60 * 60_000,
    onUnreadable: ({ message }) => void unreadable.push(message),
  });
  const write1 = { record: recordOf('library/nginx'), epoch: 1, fingerprint: 'f', listedAtMs: 1 };
  await reader.records(8).create(write1, signal);
  const scanned = (await collect(reader.records(8).scan(2, signal))).flat();
  expect(scanned.map(({ record }) => record.name)).toEqual(['library/nginx']);
  expect((await collect(reader.headers(signal))).flat().map(({ kind }) => kind)).toEqual(['record']);
  for (let shard = 0; shard < 8; shard += 1) {
    const changes = (await collect(reader.feed(8).changes(shard, 0, signal))).flat();
    expect(changes.map(({ name }) => name)).not.toContain('#claim');
  }
  expect(await reader.sweep.chunks(signal)).toBe(0);
  expect(await reader.sweep.olderThan(1_000, signal)).toBe(1);
  expect(unreadable).toEqual([]);
  reader.close();
  expect(await read()).toMatchObject({ kind: 'said', says: mine });
});
