import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Index, openIndex } from '../../../src/dynamodb/open.ts';
import {
  EMBEDDED_CREDENTIALS,
  type EmbeddedDynamoDb,
  startEmbeddedDynamoDb,
} from '../../../src/standalone/embedded-dynamodb.ts';
import { makeTables, unmanaged } from '../../support/index/dynalite.ts';

const { signal } = new AbortController();
let folder: string;
let dynamodb: EmbeddedDynamoDb;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'embedded-'));
  dynamodb = await startEmbeddedDynamoDb(folder);
});

afterEach(async () => {
  await dynamodb.close();
  await rm(folder, { recursive: true, force: true });
});

function open({ endpoint, handler }: EmbeddedDynamoDb): Index {
  const location = { repositoryTable: 'test-repository', versionTable: 'test-version', region: 'eu-west-1', endpoint };
  return openIndex({ location, credentials: EMBEDDED_CREDENTIALS, handler });
}

const listeners = () => process.getActiveResourcesInfo().filter((kind) => /server/i.test(kind));

describe('the embedded DynamoDB', () => {
  test('answers by its handler, and listens on no port', async () => {
    const before = listeners();
    const index = open(dynamodb);
    await makeTables(index, signal);
    expect(await index.tables(unmanaged).describe('repository', signal)).toMatchObject({
      kind: 'present',
      status: 'active',
    });
    expect(await index.ownership.read(signal)).toEqual({ kind: 'none' });
    expect(listeners()).toEqual(before);
  });

  test('refuses as DynamoDB does', async () => {
    const tables = open(dynamodb).tables(unmanaged);
    expect(await tables.describe('version', signal)).toEqual({ kind: 'missing' });
    await tables.create('version', signal);
    await expect(tables.create('version', signal)).rejects.toMatchObject({ failure: { kind: 'conflict' } });
  });

  test('refuses other operations of DynamoDB', async () => {
    const request = { headers: { 'x-amz-target': 'DynamoDB_20120810.constructor' }, body: '{}' };
    const { response } = await dynamodb.handler.handle(request as never);
    expect(response.statusCode).toBe(400);
    expect(String(response.body)).toContain('UnknownOperationException');
  });

  test('keeps its tables across restarts, and only one at a time uses a folder', async () => {
    await makeTables(open(dynamodb), signal);
    await expect(startEmbeddedDynamoDb(folder)).rejects.toThrow(`${folder} is in use by another run`);
    await dynamodb.close();
    dynamodb = await startEmbeddedDynamoDb(folder);
    expect(await open(dynamodb).tables(unmanaged).describe('version', signal)).toMatchObject({ kind: 'present' });
  });

  test('ends a request that is aborted', async () => {
    const stopped = AbortSignal.abort();
    await expect(open(dynamodb).ownership.read(stopped)).rejects.toMatchObject({ failure: { kind: 'retryable' } });
    expect(dynamodb.broken.aborted).toBe(false);
  });
});
