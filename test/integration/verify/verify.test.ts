import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import '../../support/native-errors.ts';
import { SETTINGS_VARIABLE, type Source, sourceIdentity } from '../../../src/api/settings.ts';
import { runWorker } from '../../../src/indexer/backfill/worker.ts';
import { image } from '../../../src/standalone/sample/artefacts.ts';
import { push } from '../../env/push.ts';
import { type Registry, startRegistry } from '../../env/registry.ts';
import { tempDirectory } from '../../env/temp-directory.ts';
import { startTokenServer, type TokenServer } from '../../env/token-server.ts';
import { type S3Server, startVersityGw } from '../../env/versitygw.ts';
import { type LiveIndex, startLiveIndex } from '../../support/index/live-index.ts';
import { deleteByApi, digestByApi } from '../../support/registry/registry-api.ts';
import { silentLog } from '../../support/silent-log.ts';
import { startRun } from '../../support/standalone/run-process.ts';
import { runVerify } from '../../support/verify/run-verify.ts';

const BUCKET = 'registry';
const { signal } = new AbortController();
const version = (content: string) => image({ platforms: ['linux/amd64'], created: new Date(0), content });
const digestOf = (content: string) => version(content).manifests[0].digest;

let s3: S3Server;
let live: LiveIndex;
let tokens: TokenServer;
let registry: Registry;
/** Wants tokens. */
let closed: Registry;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  [s3, live, tokens] = await Promise.all([startVersityGw({ buckets: [BUCKET] }), startLiveIndex(), startTokenServer()]);
  const { region, endpoint } = s3;
  const source: Source = {
    ...{ kind: 's3', bucket: BUCKET, region, endpoint, forcePathStyle: true, rootDirectory: '', layout: 'V2' },
  };
  [registry, closed] = await Promise.all([
    startRegistry({ s3, bucket: BUCKET }),
    startRegistry({ s3, bucket: BUCKET, auth: { token: tokens } }),
  ]);
  for (const name of ['app', 'app-extra', 'app/x', 'team/same']) await push(registry.url, name, 'v1', version(name));
  for (const tag of ['goes', 'moves', 'stays']) await push(registry.url, 'team/tags', tag, version(tag));
  await live.makeTables();
  await live.mark({ complete: false, source: sourceIdentity(source) });
  const state = await live.index.ownership.read(signal);
  if (state.kind !== 'ours') throw new Error(`the tables are ${state.kind}`);
  const options = { index: live.index, source, credentials: s3, ownership: state.ownership, log: silentLog };
  await runWorker({ ...options, worker: { index: 0, count: 1 }, concurrency: 8 }, signal);
  env = {
    [SETTINGS_VARIABLE]: JSON.stringify({ index: live.location, source }),
    AWS_ACCESS_KEY_ID: s3.accessKeyId,
    AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
    DYNAMODB_ACCESS_KEY: live.location.credentials.accessKeyId,
    DYNAMODB_SECRET_ACCESS_KEY: live.location.credentials.secretAccessKey,
  };
});

afterAll(async () => {
  await Promise.all([registry?.stop(), closed?.stop()]);
  await Promise.all([s3?.stop(), live?.stop(), tokens?.stop()]);
});

test('an index that is being filled cannot be compared', async () => {
  expect(await runVerify(['--registry', registry.url], env)).toEqual({
    exitCode: 2,
    output: '',
    errors: 'error: the tables are being filled, which reads all of the bucket anyway\n',
  });
  await live.mark({ complete: true });
});

describe('an index that was filled from a registry is equal', () => {
  const equal = (place: string) => ({
    exitCode: 0,
    output: `compared 5 repositories and 7 tags with ${place}; the index is equal\n`,
    errors: '',
  });

  test('to what the registry itself says', async () => {
    expect(await runVerify(['--registry', registry.url], env)).toEqual(equal(`the registry at ${registry.host}`));
  });

  test('to a registry that wants tokens', async () => {
    expect(await runVerify(['--registry', closed.url], env)).toEqual(equal(`the registry at ${closed.host}`));
    expect(tokens.scopes).toEqual(expect.arrayContaining(['registry:catalog:*', 'repository:app/x:pull']));
  });

  test('to its bucket, where no registry is named', async () => {
    expect(await runVerify([], env)).toEqual(equal(`bucket ${BUCKET}`));
  });
});

test('a registry that is not there cannot be compared', async () => {
  const { exitCode, errors } = await runVerify(['--registry', 'http://127.0.0.1:9'], env);
  expect(errors).toBe('error: could not compare: the registry does not answer (ECONNREFUSED)\n');
  expect(exitCode).toBe(2);
});

describe('an index that has not followed', () => {
  const differences = [
    { kind: 'ExtraRepository', repository: 'team/gone', tags: 1 },
    { kind: 'MissingRepository', repository: 'team/new', tags: 1 },
    { kind: 'MissingTag', repository: 'team/tags', tag: 'comes', digest: digestOf('comes') },
    { kind: 'ExtraTag', repository: 'team/tags', tag: 'goes', digest: digestOf('goes') },
    { kind: 'OtherDigest', repository: 'team/tags', tag: 'moves', indexed: digestOf('moves'), actual: digestOf('on') },
  ];

  beforeAll(async () => {
    await push(registry.url, 'team/gone', 'v1', version('gone'));
    const seen = await live.index.records(4).read('team/same', signal);
    if (!seen) throw new Error('team/same is not in the index');
    await live.put(1, [{ ...seen.record, name: 'team/gone' }]);
    await deleteByApi(registry.url, 'team/gone', await digestByApi(registry.url, 'team/gone', 'v1'));
    await push(registry.url, 'team/new', 'v1', version('new'));
    await push(registry.url, 'team/tags', 'comes', version('comes'));
    await push(registry.url, 'team/tags', 'moves', version('on'));
    await deleteByApi(registry.url, 'team/tags', digestOf('goes'));
  });

  test.each<[string, () => readonly string[]]>([
    ['the registry', () => ['--registry', registry.url]],
    ['the bucket', () => ['--against', 'bucket']],
  ])('differs from %s in each way', async (_, against) => {
    const { exitCode, output } = await runVerify([...against(), '-o', 'json'], env);
    expect(JSON.parse(output)).toMatchObject({ equal: false, repositories: 6, tags: 8, differences });
    expect(exitCode).toBe(1);
  });

  test('is said so to people, a line each', async () => {
    const { exitCode, output } = await runVerify(['--registry', registry.url], env);
    expect(output).toContain(`missing repository team/new has 1 tag there\n`);
    expect(output).toContain(`other digest team/tags:moves index ${digestOf('moves')}, there ${digestOf('on')}\n`);
    expect(output).toMatch(
      /; the index differs: 1 missing repository, 1 extra repository, 1 missing tag, 1 extra tag, 1 other digest\n$/,
    );
    expect(exitCode).toBe(1);
  });
});

test('an index without a cluster is compared with its folder', async () => {
  const { path: data, remove } = await tempDirectory('verify');
  const folder = join(data, 'sample');
  const args = ['--directory', folder, '--dynamodb', 'embedded'];
  const run = await startRun(['--sample', '--data', data], {}, /backfill complete/);
  await run.interrupt();
  expect(await runVerify([...args, '--data', data])).toMatchObject({
    exitCode: 0,
    output: expect.stringMatching(/^compared \d+ repositories and \d+ tags with .*sample; the index is equal\n$/),
  });
  const repository = join(folder, 'docker/registry/v2/repositories/base/node');
  await rm(repository, { recursive: true });
  expect(await runVerify([...args, '--data', data])).toMatchObject({
    exitCode: 1,
    output: expect.stringMatching(/^extra repository base\/node has \d+ tags in the index alone\n/),
  });
  const nothing = join(data, 'nothing');
  expect(await runVerify([...args, '--data', nothing])).toMatchObject({
    exitCode: 2,
    errors: `error: there is no index in ${nothing}; --data names its folder\n`,
  });
  expect(existsSync(nothing)).toBe(false);
  await remove();
});
