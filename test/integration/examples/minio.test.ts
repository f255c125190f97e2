import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { layOutSample } from '../../../src/standalone/sample/lay-out.ts';
import { startDynamoDbLocal } from '../../env/dynamodb-local.ts';
import { tempDirectory } from '../../env/temp-directory.ts';
import { startVersityGw } from '../../env/versitygw.ts';
import { type RunProcess, startRun } from '../../support/standalone/run-process.ts';

const FILE = join(import.meta.dirname, '../../../examples/minio/registryindex.yaml');

const stack = new AsyncDisposableStack();
let run: RunProcess;

/** With a store and tables of this machine in place of those of the example. */
beforeAll(async () => {
  const text = await readFile(FILE, 'utf8');
  const [, events, index] = parseAllDocuments(text).map((document) => document.toJS());
  const [dynamodb, s3, folder] = await Promise.all([
    startDynamoDbLocal(),
    startVersityGw({ buckets: [index.spec.bucket] }),
    tempDirectory('minio'),
  ]);
  for (const stop of [dynamodb.stop, s3.stop, folder.remove]) stack.defer(stop);
  await layOutSample(join(s3.directory, index.spec.bucket));
  const file = join(folder.path, 'registryindex.yaml');
  const here = text
    .replaceAll('http://minio.storage:9000', s3.endpoint)
    .replaceAll('http://dynamodb.storage:8000', dynamodb.endpoint)
    .replace('region: us-east-1', `region: ${s3.region}`);
  await writeFile(file, here);
  const env = {
    DYNAMODB_ACCESS_KEY: dynamodb.accessKeyId,
    DYNAMODB_SECRET_ACCESS_KEY: dynamodb.secretAccessKey,
    AWS_ACCESS_KEY_ID: s3.accessKeyId,
    AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
    REGISTRY_INDEX_WEBHOOK_SECRET: events.stringData.secret,
  };
  run = await startRun(['-f', file], env, /backfill complete/);
  stack.defer(() => run.interrupt().then(() => undefined));
});

afterAll(() => stack.disposeAsync());

test('what lies in the bucket of the example is found', async () => {
  expect(await (await fetch(`${run.url}/v1/search?q=payments`)).json()).toMatchObject({ num_results: 5 });
});
