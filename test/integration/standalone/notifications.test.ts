import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { image } from '../../../src/standalone/sample/artefacts.ts';
import { freePort } from '../../env/free-port.ts';
import { push } from '../../env/push.ts';
import { type Registry, startRegistry } from '../../env/registry.ts';
import { tempDirectory } from '../../env/temp-directory.ts';
import { type S3Server, startVersityGw } from '../../env/versitygw.ts';
import { until } from '../../support/eventually.ts';
import { type RunProcess, startRun } from '../../support/standalone/run-process.ts';

const TOKEN = 'a-token-of-this-test';

let s3: S3Server;
let registry: Registry;
let data: Awaited<ReturnType<typeof tempDirectory>>;
let running: RunProcess;
let notifications: { readonly url: string; readonly token: string };

beforeAll(async () => {
  s3 = await startVersityGw({ buckets: ['registry'] });
  data = await tempDirectory('run');
  const port = await freePort();
  running = await startRun(
    ['--dynamodb', 'embedded', '--data', data.path, '--notifications-port', String(port), '--recheck-seconds', '1'],
    {
      AWS_BUCKET: 'registry',
      AWS_ACCESS_KEY_ID: s3.accessKeyId,
      AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
      REGISTRY_STORAGE_S3_REGION: s3.region,
      REGISTRY_STORAGE_S3_REGIONENDPOINT: s3.endpoint,
      REGISTRY_STORAGE_S3_FORCEPATHSTYLE: 'true',
      REGISTRY_INDEX_NOTIFICATIONS_TOKEN: TOKEN,
    },
    /notifications are taken at/,
  );
  notifications = { url: `http://127.0.0.1:${port}/notifications`, token: TOKEN };
  registry = await startRegistry({ s3, bucket: 'registry', notifications });
});

afterAll(async () => {
  await registry?.stop();
  await running?.interrupt();
  await s3?.stop();
  await data?.remove();
});

async function found(query: string): Promise<string[]> {
  const answer = await fetch(`${running.url}/v1/search?q=${encodeURIComponent(query)}`);
  const { results } = JSON.parse(await answer.text());
  return results.map(({ name }: { name: string }) => name);
}

test('what cannot be understood has the tables compared with the bucket a minute later', async () => {
  const headers = { authorization: `Bearer ${TOKEN}` };
  const body = '{"events":[{"action":"sing","target":{"repository":"team/shop"}}]}';
  expect((await fetch(notifications.url, { method: 'POST', headers, body })).status).toBe(202);
  await until(() => /events may have been missed \(Malformed\).*compared \d+ repositories/s.test(running.output()));
});

test('what is pushed while it runs is found, and what is deleted is not', async () => {
  const artefact = image({ platforms: ['linux/amd64'], created: new Date(0), content: 'one' });
  await push(registry.url, 'team/shop', 'v1', artefact);
  await until(async () => (await found('team/shop')).includes('team/shop'));
  expect(await found('tag:v1 ns:team')).toEqual(['team/shop']);
  await fetch(`${registry.url}/v2/team/shop/manifests/v1`, { method: 'DELETE' });
  await until(async () => !(await found('name:team/shop')).includes('team/shop'));
});

test('says where it takes notifications, and ends cleanly', async () => {
  expect(running.output()).toMatch(/notifications are taken at http:\/\/127\.0\.0\.1:\d+\/notifications/);
  expect(await running.interrupt()).toBe(0);
});
