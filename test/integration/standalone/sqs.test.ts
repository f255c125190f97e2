import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { image } from '../../../src/standalone/sample/artefacts.ts';
import { startMoto } from '../../env/moto.ts';
import { push } from '../../env/push.ts';
import { type Registry, startRegistry } from '../../env/registry.ts';
import { tempDirectory } from '../../env/temp-directory.ts';
import type { S3Server } from '../../env/versitygw.ts';
import { until } from '../../support/eventually.ts';
import { type BucketQueue, startBucketQueue } from '../../support/index/bucket-queue.ts';
import { type RunProcess, startRun } from '../../support/standalone/run-process.ts';

let aws: S3Server;
let queue: BucketQueue;
let registry: Registry;
let data: Awaited<ReturnType<typeof tempDirectory>>;
let running: RunProcess;

beforeAll(async () => {
  aws = await startMoto({ buckets: ['registry'] });
  queue = await startBucketQueue({ aws, bucket: 'registry' });
  registry = await startRegistry({ s3: aws, bucket: 'registry' });
  data = await tempDirectory('run');
  const { region, endpoint } = aws;
  const spec = {
    ...{ database: 'docker-registry', region, bucket: 'registry', storage: { endpoint, forcePathStyle: true } },
    notifications: { sqs: { queueURL: queue.url } },
  };
  const manifest = { apiVersion: 'registryindex.dev/v1alpha1', kind: 'RegistryIndex', metadata: { name: 'x' }, spec };
  const file = join(data.path, 'registryindex.yaml');
  await writeFile(file, stringify(manifest));
  running = await startRun(
    ['-f', file, '--dynamodb', 'embedded', '--data', join(data.path, 'data'), '--notifications-port', '0'],
    { AWS_ACCESS_KEY_ID: aws.accessKeyId, AWS_SECRET_ACCESS_KEY: aws.secretAccessKey },
    /events of the bucket are read from/,
  );
});

afterAll(async () => {
  await running?.interrupt();
  await registry?.stop();
  queue?.close();
  await aws?.stop();
  await data?.remove();
});

async function found(query: string): Promise<string[]> {
  const answer = await fetch(`${running.url}/v1/search?q=${encodeURIComponent(query)}`);
  const { results } = JSON.parse(await answer.text());
  return results.map(({ name }: { name: string }) => name);
}

test('what is pushed while it runs is found by the queue of the manifest alone', async () => {
  const artefact = image({ platforms: ['linux/amd64'], created: new Date(0), content: 'one' });
  await push(registry.url, 'team/shop', 'v1', artefact);
  await until(async () => (await found('name:team/shop')).includes('team/shop'));
  await until(async () => (await queue.length()) === 0);
});

test('ends cleanly while it waits for messages', async () => {
  expect(await running.interrupt()).toBe(0);
});
