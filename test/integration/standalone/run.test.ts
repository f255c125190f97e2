import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DeleteTableCommand, DynamoDBClient, ListTablesCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { image } from '../../../src/standalone/sample/artefacts.ts';
import { layOutSample } from '../../../src/standalone/sample/lay-out.ts';
import { type Dockerd, startDockerd } from '../../env/dockerd.ts';
import { type DynamoDbLocal, startDynamoDbLocal } from '../../env/dynamodb-local.ts';
import { podmanSearch } from '../../env/podman.ts';
import { push, pushSample } from '../../env/push.ts';
import { type Registry, startRegistry } from '../../env/registry.ts';
import { tempDirectory } from '../../env/temp-directory.ts';
import { type S3Server, startVersityGw } from '../../env/versitygw.ts';
import { eventually } from '../../support/eventually.ts';
import { relayTo } from '../../support/network/relay.ts';
import { type RunProcess, startRun } from '../../support/standalone/run-process.ts';

let folder: Awaited<ReturnType<typeof tempDirectory>>;
let run: RunProcess | undefined;

beforeAll(async () => {
  folder = await tempDirectory('run');
});

afterEach(async () => {
  await run?.interrupt();
  run = undefined;
});

afterAll(() => folder.remove());

const timesFilled = () => run?.output().match(/backfill complete: \d+ repositories/g)?.length ?? 0;
const filled = () => eventually(async () => expect(timesFilled()).toBeGreaterThan(0));

const totalOf = async (term: string): Promise<number> => {
  const response = await fetch(`${run?.url}/v1/search?q=${term}`);
  return ((await response.json()) as { num_results: number }).num_results;
};

describe('without AWS, on the sample registry', () => {
  const data = () => join(folder.path, 'data');
  const sample = ['--sample', '--data'];

  test('the first start fills the tables, and Ctrl-C ends it cleanly', async () => {
    run = await startRun([...sample, data()]);
    await eventually(async () => expect(await totalOf('payments')).toBeGreaterThan(3));
    await filled();
    expect(await run.interrupt()).toBe(0);
    expect(run.output()).toContain('ended cleanly');
  });

  test('a second start finds the tables and fills nothing', async () => {
    run = await startRun([...sample, data()]);
    await eventually(async () => expect(await totalOf('payments')).toBeGreaterThan(3));
    await eventually(async () => expect(run?.output()).toContain('nothing to backfill'));
  });

  test('with the data folder deleted it begins again', async () => {
    await rm(data(), { recursive: true });
    run = await startRun([...sample, data()]);
    await filled();
  });
});

test('a folder that lost most of its repositories takes them along only when that is confirmed', async () => {
  const registry = join(folder.path, 'registry');
  const flags = ['--directory', registry, '--dynamodb', 'embedded', '--data', join(folder.path, 'embedded')];
  await layOutSample(registry);
  run = await startRun(flags);
  await filled();
  await run.interrupt();
  const repositories = join(registry, 'docker', 'registry', 'v2', 'repositories');
  const lost = (await readdir(repositories)).filter((name) => name !== 'base');
  for (const name of lost) await rm(join(repositories, name), { recursive: true });
  run = await startRun(flags);
  const confirmation = await eventually(async () => {
    const found = run?.output().match(/are gone .*--confirm-deletion ([0-9a-f]{12})/)?.[1];
    if (found === undefined) throw new Error('nothing was kept');
    return found;
  });
  await eventually(async () => expect(await totalOf('payments')).toBeGreaterThan(3));
  await run.interrupt();
  run = await startRun([...flags, '--confirm-deletion', confirmation]);
  await eventually(async () => expect(await totalOf('payments')).toBe(0));
});

describe('on a real registry, S3 and DynamoDB Local', () => {
  let dynamodb: DynamoDbLocal;
  let s3: S3Server;
  let registry: Registry;
  let dockerd: Dockerd;
  let peer: DynamoDBClient;

  beforeAll(async () => {
    dynamodb = await startDynamoDbLocal();
    s3 = await startVersityGw({ buckets: ['registry'] });
    registry = await startRegistry({ s3, bucket: 'registry' });
    dockerd = await startDockerd();
    await pushSample(registry.url);
    peer = new DynamoDBClient({ endpoint: dynamodb.endpoint, region: dynamodb.region, credentials: dynamodb });
  });

  afterAll(async () => {
    peer?.destroy();
    for (const part of [dockerd, registry, s3, dynamodb]) await part?.stop();
  });

  /** Beside what has a mark that no repository can have in its name. */
  async function namesIn(TableName: string): Promise<(string | undefined)[]> {
    const { Items = [] } = await peer.send(new ScanCommand({ TableName }));
    return Items.map(({ name }) => name?.S)
      .filter((name) => !name?.includes('#'))
      .sort();
  }

  async function namesInRegistry(): Promise<string[]> {
    const response = await fetch(`${registry.url}/v2/_catalog?n=1000`);
    const { repositories } = (await response.json()) as { repositories: string[] };
    return repositories.sort();
  }

  /** In the words of the original module for the tables, and of the registry for its bucket. */
  const environment = () => ({
    DYNAMODB_DATABASE: 'original',
    DYNAMODB_REGION: dynamodb.region,
    DYNAMODB_ENDPOINT: dynamodb.endpoint,
    DYNAMODB_ACCESS_KEY: dynamodb.accessKeyId,
    DYNAMODB_SECRET_ACCESS_KEY: dynamodb.secretAccessKey,
    REGISTRY_STORAGE_S3_BUCKET: 'registry',
    REGISTRY_STORAGE_S3_REGION: s3.region,
    REGISTRY_STORAGE_S3_REGIONENDPOINT: s3.endpoint,
    REGISTRY_STORAGE_S3_FORCEPATHSTYLE: 'true',
    REGISTRY_STORAGE_S3_ACCESSKEY: s3.accessKeyId,
    REGISTRY_STORAGE_S3_SECRETKEY: s3.secretAccessKey,
  });

  test('the environment alone is enough, and what was pushed is found by docker and podman', async () => {
    run = await startRun([], environment());
    const { host } = run;
    await eventually(async () => expect(await dockerd.dockerSearch(`${host}/fraud`)).toContain('payments/fraud/model'));
    expect(await podmanSearch(`${host}/fraud`)).toContain('payments/fraud/model');
    await filled();
    const { TableNames } = await peer.send(new ListTablesCommand({}));
    expect(TableNames).toEqual(expect.arrayContaining(['original-repository', 'original-version']));
  });

  test('the tables hold one item a repository under its name, as a peer sees them', async () => {
    expect(await namesIn('original-repository')).toEqual(await namesInRegistry());
  });

  test('what was pushed while it was not running is found by the next start', async () => {
    const artefact = image({ platforms: ['linux/amd64'], created: new Date(), content: 'late' });
    await push(registry.url, 'latecomer/app', 'latest', artefact);
    run = await startRun([], environment());
    await eventually(async () => expect(await totalOf('latecomer')).toBe(1));
    expect(run.output()).toContain('nothing to backfill');
    await eventually(async () =>
      expect(run?.output()).toMatch(
        /compared \d+ repositories: 1 added, 0 changed, 0 removed; by \d+ LISTs, [1-9]\d* GETs, [1-9]/,
      ),
    );
  });

  test('a manifest says the same, and tables deleted while it runs are filled again', async () => {
    const file = join(folder.path, 'registryindex.yaml');
    const spec = {
      database: 'manifest',
      region: dynamodb.region,
      bucket: 'registry',
      dynamodb: { endpoint: dynamodb.endpoint },
      storage: { endpoint: s3.endpoint, forcePathStyle: true },
    };
    await writeFile(
      file,
      stringify({ apiVersion: 'registryindex.dev/v1alpha1', kind: 'RegistryIndex', metadata: { name: 'm' }, spec }),
    );
    run = await startRun(['-f', file], environment());
    await filled();
    await eventually(async () => expect(await totalOf('fraud')).toBe(2));
    await Promise.all(
      ['manifest-repository', 'manifest-version'].map((TableName) => peer.send(new DeleteTableCommand({ TableName }))),
    );
    await eventually(async () => expect(await namesIn('manifest-repository')).toEqual(await namesInRegistry()));
    // It may see the one table gone before the other, and begin twice.
    await eventually(async () => expect(timesFilled()).toBeGreaterThan(1));
    expect(await totalOf('fraud')).toBe(2);
  });

  test('DynamoDB gone for a while is told once, search goes on, and so does everything when it is back', async () => {
    const relay = await relayTo(dynamodb.endpoint);
    await relay.up();
    run = await startRun([], { ...environment(), DYNAMODB_ENDPOINT: relay.endpoint });
    await eventually(async () => expect(await totalOf('fraud')).toBe(2));
    await relay.down();
    await eventually(async () => expect(run?.output()).toContain('does not answer; it is tried again'));
    expect(await totalOf('fraud')).toBe(2);
    await relay.up();
    await peer.send(new DeleteTableCommand({ TableName: 'original-repository' }));
    await filled();
    expect(run.output().match(/does not answer/g)).toHaveLength(1);
    await run.interrupt();
    await relay.down();
  });

  test('tables of somebody else end it with a sentence', async () => {
    const file = join(folder.path, 'other.yaml');
    const manifest = {
      apiVersion: 'registryindex.dev/v1alpha1',
      kind: 'RegistryIndex',
      metadata: { name: 'other' },
      spec: {},
    };
    await writeFile(file, stringify(manifest));
    const starting = startRun(['-f', file], environment());
    await expect(starting).rejects.toThrow(/^it ended with 2:.*error: the tables belong to RegistryIndex/s);
  });

  test('a bucket that does not exist is named, and filled from as soon as it is there', async () => {
    const env = { ...environment(), DYNAMODB_DATABASE: 'late', REGISTRY_STORAGE_S3_BUCKET: 'late' };
    run = await startRun([], env, /bucket late does not exist.*it is tried again/);
    expect((await peer.send(new ListTablesCommand({}))).TableNames).not.toContain('late-repository');
    await mkdir(join(s3.directory, 'late'));
    await eventually(async () =>
      expect(run?.output()).toMatch(/backfill complete: 0 repositories.*is this the right bucket/),
    );
  });
});
