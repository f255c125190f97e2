import { DeleteObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Source, sourceIdentity } from '../../../src/api/settings.ts';
import { startIndexer } from '../../../src/indexer/events/run-indexer.ts';
import { image } from '../../../src/standalone/sample/artefacts.ts';
import { createLogger } from '../../../src/telemetry/log.ts';
import { createMetrics } from '../../../src/telemetry/metrics.ts';
import { push } from '../../env/push.ts';
import { type Registry, startRegistry } from '../../env/registry.ts';
import { type S3Server, startVersityGw } from '../../env/versitygw.ts';
import { eachOf } from '../../support/each-of.ts';
import { until } from '../../support/eventually.ts';
import { type LiveIndex, startLiveIndex } from '../../support/index/live-index.ts';
import { startLaterAddress } from '../../support/network/later-address.ts';

const TOKEN = 'a-token-of-this-test';
const SECRET = 'a-secret-of-this-test';
const BUCKET = 'registry';
const { signal } = new AbortController();

/** A registry on a store, an index, and an indexer that is told by one of the two what is pushed. */
interface Chain {
  readonly s3: S3Server;
  readonly live: LiveIndex;
  readonly registry: Registry;
  /** Tags that did not come to show what an event had announced. */
  misses(): Promise<number>;
  stop(): Promise<void>;
}

async function startChain(toldBy: 'registry' | 'store'): Promise<Chain> {
  const relay = await startLaterAddress();
  const s3 = await startVersityGw({
    buckets: [BUCKET],
    ...(toldBy === 'store' ? { eventWebhook: `${relay.url}/events/versitygw/${SECRET}` } : {}),
  });
  const live = await startLiveIndex();
  await live.makeTables();
  const { region, endpoint } = s3;
  const source: Source = {
    ...{ kind: 's3', bucket: BUCKET, region, endpoint, forcePathStyle: true, rootDirectory: '', layout: 'V2' },
  };
  await live.mark({ complete: true, source: sourceIdentity(source) });
  const metrics = createMetrics();
  const ending = new AbortController();
  const indexer = await startIndexer(
    {
      ...{ index: live.index, source, credentials: s3, token: TOKEN, webhookSecret: SECRET, pulls: 'Ignore' },
      ...{ identity: 'indexer', concurrency: 16, registry: metrics, listen: { host: '127.0.0.1', port: 0 } },
      onWritten: () => undefined,
      log: createLogger({ level: 'silent' }),
    },
    ending.signal,
  );
  relay.leadTo(indexer.url);
  const notifications = { url: `${relay.url}/notifications`, token: TOKEN };
  const registry = await startRegistry({ s3, bucket: BUCKET, ...(toldBy === 'registry' ? { notifications } : {}) });
  return {
    ...{ s3, live, registry },
    async misses() {
      const { values } = (await metrics.getSingleMetric('registry_index_event_misses_total')?.get()) ?? { values: [] };
      return values[0]?.value ?? 0;
    },
    async stop() {
      await registry.stop();
      ending.abort();
      await indexer.ended;
      await live.stop();
      await s3.stop();
      await relay.stop();
    },
  };
}

let chain: Chain;

const version = (content: string) => image({ platforms: ['linux/amd64'], created: new Date(0), content });

async function tagsOf(name: string): Promise<Record<string, string>> {
  const stored = await chain.live.index.records(4).read(name, signal);
  return Object.fromEntries(stored?.record.tags.map((tag) => [tag.name, tag.digest]) ?? []);
}

/** What the registry's own API says. */
async function truthOf(name: string): Promise<Record<string, string>> {
  const listed = await fetch(`${chain.registry.url}/v2/${name}/tags/list`);
  const body = listed.ok ? JSON.parse(await listed.text()) : {};
  const tags: string[] = body.tags ?? [];
  const digests = await Promise.all(
    tags.map(async (tag) => {
      const headers = { accept: 'application/vnd.oci.image.manifest.v1+json' };
      const answer = await fetch(`${chain.registry.url}/v2/${name}/manifests/${tag}`, { method: 'HEAD', headers });
      return [tag, answer.headers.get('docker-content-digest') ?? ''];
    }),
  );
  return Object.fromEntries(digests);
}

async function untilTrue(name: string): Promise<void> {
  await until(async () => JSON.stringify(sorted(await tagsOf(name))) === JSON.stringify(sorted(await truthOf(name))));
}

function sorted(tags: Record<string, string>) {
  return Object.entries(tags).toSorted();
}

describe('a registry that sends its notifications to the indexer', () => {
  beforeAll(async () => {
    chain = await startChain('registry');
  });

  afterAll(() => chain?.stop());

  test('has what is pushed to it indexed, with its labels', async () => {
    const labels = { 'org.opencontainers.image.title': 'Payments' };
    const first = image({ platforms: ['linux/amd64'], labels, created: new Date(0), content: '1' });
    await push(chain.registry.url, 'team/pay', 'v1', first);
    await untilTrue('team/pay');
    const stored = await chain.live.index.records(4).read('team/pay', signal);
    expect(stored?.record).toMatchObject({ title: 'Payments', platforms: ['linux/amd64'] });
  });

  test('has a tag that moves followed to where it ends', async () => {
    for (let at = 0; at < 30; at += 1) await push(chain.registry.url, 'team/moving', 'latest', version(`${at}`));
    await untilTrue('team/moving');
    expect(Object.values(await tagsOf('team/moving'))).toEqual([version('29').manifests[0].digest]);
  });

  test('has fifty tags of one repository, pushed at once, indexed all', async () => {
    const tags = Array.from({ length: 50 }, (_, at) => `t${at}`);
    await eachOf(tags, 10, (tag) => push(chain.registry.url, 'team/many', tag, version(tag)));
    await untilTrue('team/many');
    expect(Object.keys(await tagsOf('team/many'))).toHaveLength(50);
  });

  test('has tags that are deleted, by name or with their manifest, leave the index', async () => {
    for (const tag of ['a', 'b', 'c']) await push(chain.registry.url, 'team/less', tag, version(tag));
    await untilTrue('team/less');
    const remove = async (reference: string) => {
      const { status } = await fetch(`${chain.registry.url}/v2/team/less/manifests/${reference}`, { method: 'DELETE' });
      expect(status).toBe(202);
    };
    await remove('a');
    await until(async () => Object.keys(await tagsOf('team/less')).join() === 'b,c');
    await remove(version('b').manifests[0].digest);
    await until(async () => Object.keys(await tagsOf('team/less')).join() === 'c');
    await remove('c');
    await until(async () => (await chain.live.index.records(4).read('team/less', signal))?.deleted === true);
  });

  test('is right in the end when pushes and deletions of one tag cross', async () => {
    for (let at = 0; at < 10; at += 1) {
      await push(chain.registry.url, 'team/crossing', 'x', version(`x${at}`));
      await fetch(`${chain.registry.url}/v2/team/crossing/manifests/x`, { method: 'DELETE' });
    }
    await push(chain.registry.url, 'team/crossing', 'x', version('last'));
    await until(async () => Object.keys(await tagsOf('team/crossing')).length === 1);
    await untilTrue('team/crossing');
  });

  test('has announced nothing that did not come', async () => {
    expect(await chain.misses()).toBe(0);
  });
});

describe('a store that sends its events to the indexer', () => {
  beforeAll(async () => {
    chain = await startChain('store');
  });

  afterAll(() => chain?.stop());

  test('has what a registry pushes indexed', async () => {
    await push(chain.registry.url, 'team/pay', 'v1', version('1'));
    await push(chain.registry.url, 'team/pay', 'v2', version('2'));
    await until(async () => Object.keys(await tagsOf('team/pay')).length === 2);
    await untilTrue('team/pay');
  });

  test('has what is deleted in the bucket leave the index', async () => {
    const { s3 } = chain;
    const client = new S3Client({ ...s3, credentials: s3, forcePathStyle: true });
    const Key = 'docker/registry/v2/repositories/team/pay/_manifests/tags/v1/current/link';
    await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key }));
    client.destroy();
    await until(async () => Object.keys(await tagsOf('team/pay')).join() === 'v2');
  });
});
