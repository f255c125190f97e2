import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Source, sourceIdentity } from '../../../src/api/settings.ts';
import { startIndexer } from '../../../src/indexer/events/run-indexer.ts';
import { createMetricsRegistry } from '../../../src/telemetry/metrics.ts';
import { type LegacyRegistry, startLegacyRegistry } from '../../env/legacy-registry.ts';
import { makePrivate, pushV1 } from '../../env/push-v1.ts';
import { type S3Server, startVersityGw } from '../../env/versitygw.ts';
import { until } from '../../support/eventually.ts';
import { type LiveIndex, startLiveIndex } from '../../support/index/live-index.ts';
import { type LaterAddress, startLaterAddress } from '../../support/network/later-address.ts';
import { silentLog } from '../../support/silent-log.ts';

const BUCKET = 'legacy';
const SEARCH_BACKEND = join(import.meta.dirname, '..', '..', '..', 'search_backend');
const TOKEN = 'a-token-of-this-test';
const SECRET = 'a-secret-of-this-test';
const { signal } = new AbortController();

describe.each(['search back end', 'store'] as const)('docker-registry 0.9.1, of which the %s tells', (toldBy) => {
  const ending = new AbortController();
  let address: LaterAddress;
  let s3: S3Server;
  let live: LiveIndex;
  let registry: LegacyRegistry;
  let ended: Promise<void> | undefined;

  beforeAll(async () => {
    address = await startLaterAddress();
    const eventWebhook = `${address.url}/events/versitygw/${SECRET}`;
    s3 = await startVersityGw({ buckets: [BUCKET], ...(toldBy === 'store' ? { eventWebhook } : {}) });
    live = await startLiveIndex();
    await live.makeTables();
    const { region, endpoint } = s3;
    const place = { kind: 's3', bucket: BUCKET, region, endpoint, forcePathStyle: true } as const;
    const source: Source = { ...place, rootDirectory: '', layout: 'V1' };
    await live.mark({ complete: true, source: sourceIdentity(source) });
    const indexer = await startIndexer(
      {
        ...{ index: live.index, source, credentials: s3, token: TOKEN, webhookSecret: SECRET, pulls: 'Ignore' },
        ...{
          identity: 'indexer',
          concurrency: 8,
          metricsRegistry: createMetricsRegistry(),
          listen: { host: '127.0.0.1', port: 0 },
        },
        onWritten: () => undefined,
        log: silentLog,
      },
      ending.signal,
    );
    ended = indexer.ended;
    address.leadTo(indexer.url);
    const hints = {
      REGISTRY_INDEX_NOTIFICATIONS_URL: `${indexer.url}/notifications`,
      REGISTRY_INDEX_NOTIFICATIONS_TOKEN: TOKEN,
    };
    registry = await startLegacyRegistry({
      ...{ s3, bucket: BUCKET, searchBackend: 'registry_index_search', pythonPath: SEARCH_BACKEND },
      ...(toldBy === 'store' ? {} : { env: hints }),
    });
  });

  afterAll(async () => {
    await registry?.stop();
    ending.abort();
    await ended;
    await live?.stop();
    await s3?.stop();
    await address?.stop();
  });

  const read = (name: string) => live.index.records(4).read(name, signal);

  async function tagsOf(name: string): Promise<string> {
    const stored = await read(name);
    return stored?.record.tags.map((tag) => tag.name).join() ?? '';
  }

  async function remove(path: string): Promise<void> {
    const headers = { connection: 'close' };
    const { status } = await fetch(`${registry.url}/v1/repositories/${path}`, { method: 'DELETE', headers });
    expect(status).toBe(200);
  }

  test('has what is pushed and deleted indexed', async () => {
    const id = await pushV1(registry.url, { repository: 'team/web', tag: 'v1' });
    await pushV1(registry.url, { repository: 'team/web', tag: 'v2' });
    await until(async () => (await tagsOf('team/web')) === 'v1,v2');
    expect((await read('team/web'))?.record.tags[0]?.digest).toBe(`v1:${id}`);
    await remove('team/web/tags/v1');
    await until(async () => (await tagsOf('team/web')) === 'v2');
    await remove('team/web/');
    await until(async () => (await read('team/web'))?.deleted === true);
  });

  test('has names of any depth indexed', async () => {
    await pushV1(registry.url, { repository: 'hello', tag: 'latest' });
    await pushV1(registry.url, { repository: 'deep/er/name', tag: 'latest' });
    for (const name of ['library/hello', 'deep/er/name']) await until(async () => (await tagsOf(name)) === 'latest');
  });

  /** The registry has no signal for it. */
  if (toldBy === 'store')
    test('has what becomes private hidden', async () => {
      await pushV1(registry.url, { repository: 'team/secret', tag: 'v1' });
      await until(async () => (await tagsOf('team/secret')) === 'v1');
      await makePrivate(registry.url, 'team/secret');
      await until(async () => (await read('team/secret'))?.record.isPrivate === true);
    });
});
