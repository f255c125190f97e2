import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Source, sourceIdentity } from '../../../src/api/settings.ts';
import { startIndexer } from '../../../src/indexer/events/run-indexer.ts';
import { type RunningNudger, startNudger } from '../../../src/indexer/nudge/nudger.ts';
import { image } from '../../../src/standalone/sample/artefacts.ts';
import { createMetricsRegistry } from '../../../src/telemetry/metrics.ts';
import { freePort } from '../../env/free-port.ts';
import { push } from '../../env/push.ts';
import { type Registry, startRegistry } from '../../env/registry.ts';
import { type S3Server, startVersityGw } from '../../env/versitygw.ts';
import { until } from '../../support/eventually.ts';
import { type LiveIndex, startLiveIndex } from '../../support/index/live-index.ts';
import { listen } from '../../support/network/listen.ts';
import { type LiveSearch, startLiveSearch } from '../../support/search/live-search.ts';
import { silentLog } from '../../support/silent-log.ts';

const TOKEN = 'a-token-of-this-test';
const KEY = 'a-key-of-this-test';
const BUCKET = 'registry';
/** The feed is read once, at the start, and not again within this test. */
const SLOW_FEED = { feedIntervalMs: 3_600_000 };

let parts: AsyncDisposableStack;
let registry: Registry;
let replicas: readonly LiveSearch[];
/** Follows the feed, and no nudge reaches it. */
let unreached: LiveSearch;
/** What the indexer counts. */
const counts = createMetricsRegistry();

beforeAll(async () => {
  parts = new AsyncDisposableStack();
  const keep = <Part extends { stop(): Promise<void> }>(part: Part): Part => {
    parts.defer(() => part.stop());
    return part;
  };
  const s3 = keep(await startVersityGw({ buckets: [BUCKET] }));
  const live = keep(await startLiveIndex());
  const source = sourceOf(s3);
  await live.makeTables();
  await live.mark({ complete: true, source: sourceIdentity(source), nudgeKey: KEY });
  const start = async (settings: object) => keep(await startLiveSearch(live.index, { settings, takesNudges: true }));
  replicas = [await start(SLOW_FEED), await start(SLOW_FEED), await start(SLOW_FEED)];
  unreached = await start({});
  await until(async () => [...replicas, unreached].every(({ isReady }) => isReady()));
  // One of the pods has just died, and nothing comes back from another one.
  const dead = { host: '127.0.0.1', port: await freePort() };
  const silent = createServer((socket) => socket.resume());
  parts.defer(async () => void silent.close());
  const cutOff = { host: '127.0.0.1', port: await listen(silent) };
  const nudger = startNudger([...replicas.map(targetOf), dead, cutOff], counts);
  const { url } = await startIndexing({ live, source, credentials: s3, nudger });
  registry = keep(await startRegistry({ s3, bucket: BUCKET, notifications: { url, token: TOKEN } }));
});

afterAll(() => parts?.disposeAsync());

function sourceOf({ region, endpoint }: S3Server): Source {
  return { kind: 's3', bucket: BUCKET, region, endpoint, forcePathStyle: true, rootDirectory: '', layout: 'V2' };
}

function targetOf({ nudgeUrl }: LiveSearch) {
  const { hostname, port } = new URL(nudgeUrl ?? '');
  return { host: hostname, port: Number(port) };
}

interface Indexing {
  readonly live: LiveIndex;
  readonly source: Source;
  readonly credentials: S3Server;
  readonly nudger: RunningNudger;
}

async function startIndexing({ live, nudger, ...from }: Indexing): Promise<{ readonly url: string }> {
  const ending = new AbortController();
  const common = {
    index: live.index,
    token: TOKEN,
    webhookSecret: undefined,
    pulls: 'Ignore',
    identity: 'one',
  } as const;
  const { url, ended } = await startIndexer(
    {
      ...{ ...common, ...from, concurrency: 16, metricsRegistry: createMetricsRegistry(), log: silentLog },
      listen: { host: '127.0.0.1', port: 0 },
      onWritten: nudger.nudge,
      onOwnership: ({ nudgeKey }) => nudger.useKey(nudgeKey),
    },
    ending.signal,
  );
  parts.defer(async () => {
    ending.abort();
    await ended;
    await nudger.close();
  });
  return { url: `${url}/notifications` };
}

const version = (content: string) => image({ platforms: ['linux/amd64'], created: new Date(0), content });

/** How many pushes a replica has found by each way. */
async function waysOf({ healthUrl }: LiveSearch): Promise<Record<string, number>> {
  const text = await (await fetch(`${healthUrl}/metrics`)).text();
  const lines = text.matchAll(/^registry_index_push_lag_seconds_count\{via="(\w+)"\} (\d+)$/gm);
  return Object.fromEntries([...lines].map(([, way = '', count]) => [way, Number(count)]));
}

test('what is pushed and what is deleted shows on every replica, though none looks at the feed', async () => {
  await push(registry.url, 'team/shop', 'v1', version('one'));
  for (const { find } of replicas) await until(async () => (await find('tag:v1 shop')).includes('team/shop'));
  await push(registry.url, 'team/shop', 'v2', version('two'));
  for (const { find } of replicas) await until(async () => (await find('tag:v2 shop')).includes('team/shop'));
  for (const tag of ['v1', 'v2']) await fetch(`${registry.url}/v2/team/shop/manifests/${tag}`, { method: 'DELETE' });
  for (const { find } of replicas) await until(async () => (await find('ns:team name:team/shop')).length === 0);
  for (const replica of replicas) {
    const ways = await waysOf(replica);
    expect(Object.keys(ways)).toEqual(['nudge']);
    expect(ways.nudge).toBeGreaterThanOrEqual(2);
  }
});

test('a replica that no nudge reaches finds the same by the feed', async () => {
  await push(registry.url, 'team/late', 'v1', version('late'));
  await until(async () => (await unreached.find('team/late')).includes('team/late'));
  expect(Object.keys(await waysOf(unreached))).toEqual(['feed']);
});

test('a replica that is dead or cut off is nudged in vain, and the others none the less', async () => {
  await push(registry.url, 'team/more', 'v1', version('more'));
  for (const { find } of replicas) await until(async () => (await find('team/more')).includes('team/more'));
  for (const result of ['Taken', 'Failed', 'TimedOut'])
    await until(async () => (await counts.metrics()).includes(`nudges_sent_total{result="${result}"}`));
});

test('without the key of the ownership record nobody makes a replica read', async () => {
  for (const authorization of ['', 'Bearer wrong', `Bearer ${KEY}x`]) {
    const headers = { authorization, 'content-type': 'application/json' };
    const body = JSON.stringify({ names: ['team/shop'] });
    const answer = await fetch(`${replicas[0]?.nudgeUrl}/nudge`, { method: 'POST', headers, body });
    expect(answer.status).toBe(401);
  }
  const metrics = await (await fetch(`${replicas[0]?.healthUrl}/metrics`)).text();
  expect(metrics).toContain('registry_index_nudges_received_total{result="Rejected"} 3');
});
