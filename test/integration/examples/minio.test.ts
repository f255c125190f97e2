import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { image } from '../../../src/standalone/sample/artefacts.ts';
import { startDynamoDbLocal } from '../../env/dynamodb-local.ts';
import { push } from '../../env/push.ts';
import { startRegistry } from '../../env/registry.ts';
import { tempDirectory } from '../../env/temp-directory.ts';
import { startVersityGw } from '../../env/versitygw.ts';
import { eventually } from '../../support/eventually.ts';
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
  const registry = await startRegistry({ s3, bucket: index.spec.bucket });
  stack.defer(registry.stop);
  const artefact = image({ platforms: ['linux/amd64'], created: new Date(0), content: 'minio' });
  await push(registry.url, 'payments/api', 'v1', artefact);
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
  const url = `${run.url}/v1/search?q=payments`;
  await eventually(async () => expect(await (await fetch(url)).json()).toMatchObject({ num_results: 1 }));
});
