import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Index, openIndex } from '../../../../src/dynamodb/open.ts';
import { type DataFolder, openDataFolder } from '../../../../src/standalone/embedded/database.ts';
import {
  EMBEDDED_CREDENTIALS,
  type EmbeddedDynamoDb,
  openEmbeddedDynamoDb,
} from '../../../../src/standalone/embedded/dynamodb.ts';
import { makeTables, unmanaged } from '../../../support/index/embedded-service.ts';

const { signal } = new AbortController();
let path: string;
let folder: DataFolder;
let dynamodb: EmbeddedDynamoDb;

beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'embedded-'));
  await start();
});

afterEach(async () => {
  end();
  await rm(path, { recursive: true, force: true });
});

async function start() {
  folder = await openDataFolder(path);
  dynamodb = openEmbeddedDynamoDb(folder.file);
}

function end() {
  dynamodb.close();
  folder.close();
}

function open({ endpoint, answer }: EmbeddedDynamoDb): Index {
  const location = { repositoryTable: 'test-repository', versionTable: 'test-version', region: 'eu-west-1', endpoint };
  return openIndex({ location, credentials: EMBEDDED_CREDENTIALS, answer });
}

const listeners = () => process.getActiveResourcesInfo().filter((kind) => /server/i.test(kind));

describe('the embedded DynamoDB', () => {
  test('answers without listening on a port', async () => {
    const before = listeners();
    const index = open(dynamodb);
    await makeTables(index, signal);
    const state = await index.tables(unmanaged).describe('repository', signal);
    expect(state).toMatchObject({ kind: 'present', status: 'active' });
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
    await expect(dynamodb.answer('constructor', {})).rejects.toMatchObject({ name: 'UnknownOperationException' });
  });

  test('ends a request that is aborted', async () => {
    const stopped = AbortSignal.abort();
    await expect(open(dynamodb).ownership.read(stopped)).rejects.toMatchObject({ failure: { kind: 'retryable' } });
    expect(dynamodb.broken.aborted).toBe(false);
  });

  test('is given up with a sentence when its file is damaged', async () => {
    await makeTables(open(dynamodb), signal);
    end();
    await writeFile(folder.file, Buffer.alloc(64 * 1024, 'x'));
    await expect(openDataFolder(path)).rejects.toThrow(`the data in ${path} is damaged; delete that folder`);
  });
});

describe('a folder of data', () => {
  test('keeps its tables across restarts, and one at a time uses it', async () => {
    await makeTables(open(dynamodb), signal);
    await expect(openDataFolder(path)).rejects.toThrow(`${path} is in use by another run`);
    end();
    await start();
    expect(await open(dynamodb).tables(unmanaged).describe('version', signal)).toMatchObject({ kind: 'present' });
  });

  test('of a newer version is left as it is', async () => {
    end();
    const database = new DatabaseSync(folder.file);
    database.exec('PRAGMA user_version = 999');
    database.close();
    await expect(openDataFolder(path)).rejects.toThrow(
      `${folder.file} was written by a newer version of this program; run that, or choose another folder with --data`,
    );
  });

  test('of a version before SQLite begins again', async () => {
    expect(folder.isStartedOver).toBe(false);
    end();
    await mkdir(join(path, 'dynamodb'));
    await start();
    expect(folder.isStartedOver).toBe(true);
    end();
    await start();
    expect(folder.isStartedOver).toBe(false);
  });

  test('is not used by one thread alone', async () => {
    await makeTables(open(dynamodb), signal);
    const other = openEmbeddedDynamoDb(folder.file);
    expect(await open(other).tables(unmanaged).describe('version', signal)).toMatchObject({ kind: 'present' });
    other.close();
  });
});
