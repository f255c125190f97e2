import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SETTINGS_VARIABLE, type Source, sourceIdentity } from '../../../src/api/settings.ts';
import { createMeter } from '../../../src/aws/meter.ts';
import { type Index, openIndex } from '../../../src/dynamodb/open.ts';
import { startIndexer } from '../../../src/indexer/events/run-indexer.ts';
import type { ResyncEnd } from '../../../src/indexer/resync/resync.ts';
import { runResyncWorker } from '../../../src/indexer/resync/worker.ts';
import { createMetrics } from '../../../src/telemetry/metrics.ts';
import type { Difference } from '../../../src/verify/compare.ts';
import { inventoryOfIndex } from '../../../src/verify/index-inventory.ts';
import { createRegistryClient } from '../../../src/verify/registry-client.ts';
import { inventoryOfRegistry } from '../../../src/verify/registry-inventory.ts';
import { verify } from '../../../src/verify/verify.ts';
import { type Registry, startRegistry } from '../../env/registry.ts';
import { startVersityGw } from '../../env/versitygw.ts';
import { eventually, until } from '../eventually.ts';
import { startLiveIndex } from '../index/live-index.ts';
import { type FaultyProxy, startFaultyProxy } from '../network/faulty-proxy.ts';
import { silentLog } from '../silent-log.ts';

export const TOKEN = 'a-token-of-this-test';
const SECRET = 'a-secret-of-this-test';
const BUCKET = 'registry';
const FEED_SHARDS = 4;
const { signal } = new AbortController();

/** The ways on which a push becomes a record. */
export interface Links {
  /** From the registry, or the store, to the indexers. */
  readonly events: FaultyProxy;
  /** From the indexers to the bucket, and to the tables. */
  readonly storage: FaultyProxy;
  readonly tables: FaultyProxy;
  /** From the registry to the bucket. */
  readonly registryStorage: FaultyProxy;
}

export interface StagedIndexer {
  readonly url: string;
  /** All values of a metric together; 0 for one that has none. */
  metric(name: string, labels?: Readonly<Record<string, string>>): Promise<number>;
  stop(): Promise<void>;
}

export interface IndexerChoices {
  readonly token?: string;
  readonly now?: () => number;
}

/** A registry on a store, an index, and indexers that one of the two tells what happens, with a fault on every way. */
export interface EventStage {
  readonly links: Links;
  /** The one that runs now. */
  readonly registry: Registry;
  readonly index: Index;
  /** For an indexer in a process of its own. */
  readonly indexerEnv: NodeJS.ProcessEnv;
  /** The bodies of all events that were sent so far, as they were. */
  readonly sent: readonly string[];
  /** Events go to these from now on, by turns; to none when left out. */
  leadTo(...indexers: readonly Pick<StagedIndexer, 'url'>[]): void;
  startIndexer(choices?: IndexerChoices): Promise<StagedIndexer>;
  /** Sends a body to the first indexer as a registry would; gives the status of the answer. */
  send(body: string | Buffer, token?: string): Promise<number>;
  /** Writes a tag's current link as the registry does, past it. */
  moveTag(name: string, tag: string, digest: string): Promise<void>;
  /** Kills the registry, with what it has queued, and starts it again. */
  restartRegistry(token?: string): Promise<void>;
  /** How the index differs from what the registry itself says. */
  differences(): Promise<readonly Difference[]>;
  untilEqual(): Promise<void>;
  resync(): Promise<ResyncEnd>;
  stop(): Promise<void>;
}

export async function startEventStage(toldBy: 'registry' | 'store', version: 2 | 3 = 3): Promise<EventStage> {
  let targets: readonly string[] = [];
  let turn = 0;
  const sent: string[] = [];
  const events = await startFaultyProxy(() => {
    turn += 1;
    return targets[turn % targets.length] ?? 'http://127.0.0.1:9';
  });
  const webhook = `${events.endpoint}/events/versitygw/${SECRET}`;
  // A store does not start unless its first event is taken.
  if (toldBy === 'store') events.plan(() => ({ kind: 'refuse', status: 200, body: '' }));
  const s3 = await startVersityGw({ buckets: [BUCKET], ...(toldBy === 'store' ? { eventWebhook: webhook } : {}) });
  const bucket = new S3Client({ ...s3, credentials: s3, forcePathStyle: true });
  const live = await startLiveIndex();
  const { region } = s3;
  const [storage, registryStorage] = [await startFaultyProxy(s3.endpoint), await startFaultyProxy(s3.endpoint)];
  const tables = await startFaultyProxy(live.location.endpoint ?? '');
  const source: Source = {
    ...{ kind: 's3', bucket: BUCKET, region, endpoint: storage.endpoint, forcePathStyle: true, rootDirectory: '' },
    layout: 'V2',
  };
  await live.makeTables();
  await live.mark({ complete: true, source: sourceIdentity(source) });
  const startARegistry = (token: string) => {
    const notifications = { url: `${events.endpoint}/notifications`, token };
    const told = toldBy === 'registry' ? { notifications } : {};
    return startRegistry({ s3: { ...s3, endpoint: registryStorage.endpoint }, bucket: BUCKET, version, ...told });
  };
  let registry = await startARegistry(TOKEN);
  const running = new Set<StagedIndexer>();
  const location = { ...live.location, endpoint: tables.endpoint };
  const keepSent = ({ body }: { readonly body: string }) => {
    sent.push(body);
    return { kind: 'pass' } as const;
  };
  events.plan(keepSent);

  async function startStaged({ token = TOKEN, now }: IndexerChoices = {}): Promise<StagedIndexer> {
    const ending = new AbortController();
    const metrics = createMetrics();
    const index = openIndex({ location, credentials: location.credentials, ...(now ? { now } : {}) });
    const { url, ended } = await startIndexer(
      {
        ...{ index, source, credentials: s3, token, webhookSecret: SECRET, pulls: 'Ignore', log: silentLog },
        ...{ identity: `indexer-${running.size}`, concurrency: 16, registry: metrics, onWritten: () => undefined },
        listen: { host: '127.0.0.1', port: 0 },
        ...(now ? { now } : {}),
      },
      ending.signal,
    );
    const indexer: StagedIndexer = {
      url,
      async metric(name, labels = {}) {
        const { values } = (await metrics.getSingleMetric(name)?.get()) ?? { values: [] };
        const isMeant = (value: { readonly labels: object }) =>
          Object.entries(labels).every(([label, text]) =>
            Object.entries(value.labels).some(([l, t]) => l === label && t === text),
          );
        return values.filter(isMeant).reduce((total, { value }) => total + value, 0);
      },
      async stop() {
        running.delete(indexer);
        ending.abort();
        await ended;
        index.close();
      },
    };
    running.add(indexer);
    return indexer;
  }

  async function differences(): Promise<readonly Difference[]> {
    const url = new URL(registry.url);
    const client = createRegistryClient({ url, credentials: undefined, concurrency: 8 });
    const index = inventoryOfIndex({ records: live.index.records(FEED_SHARDS), epoch: 1 });
    const truth = inventoryOfRegistry({ client, url, concurrency: 8 });
    const verdict = await verify({ index, truth, settleMs: 0, concurrency: 8 }, signal);
    await client.close();
    return verdict.differences;
  }

  return {
    links: { events, storage, tables, registryStorage },
    get registry() {
      return registry;
    },
    index: live.index,
    indexerEnv: {
      [SETTINGS_VARIABLE]: JSON.stringify({ index: location, source }),
      REGISTRY_INDEX_NOTIFICATIONS_TOKEN: TOKEN,
      AWS_ACCESS_KEY_ID: s3.accessKeyId,
      AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
      DYNAMODB_ACCESS_KEY: location.credentials.accessKeyId,
      DYNAMODB_SECRET_ACCESS_KEY: location.credentials.secretAccessKey,
    },
    sent,
    leadTo(...indexers) {
      targets = indexers.map(({ url }) => url);
    },
    startIndexer: startStaged,
    async send(body, token = TOKEN) {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const answer = await fetch(`${targets[0]}/notifications`, { method: 'POST', headers, body });
      return answer.status;
    },
    async moveTag(name, tag, digest) {
      const Key = `docker/registry/v2/repositories/${name}/_manifests/tags/${tag}/current/link`;
      await bucket.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: digest }));
    },
    async restartRegistry(token = TOKEN) {
      await registry.kill();
      registry = await startARegistry(token);
    },
    differences,
    untilEqual: () =>
      eventually(async () => {
        const found = await differences();
        if (found.length > 0) throw new Error(`the index differs: ${JSON.stringify(found)}`);
      }),
    async resync() {
      const state = await live.index.ownership.read(signal);
      if (state.kind !== 'ours') throw new Error(`the tables are ${state.kind}`);
      const meter = createMeter();
      const index = live.open(meter);
      const options = { index, meter, source, credentials: s3, ownership: state.ownership, confirmation: undefined };
      const end = await runResyncWorker({ ...options, concurrency: 8, log: silentLog }, signal);
      index.close();
      return end;
    },
    async stop() {
      for (const link of [events, storage, tables, registryStorage]) link.heal();
      await registry.stop();
      for (const indexer of running) await indexer.stop();
      bucket.destroy();
      await Promise.all([live.stop(), s3.stop()]);
      await Promise.all([events, storage, tables, registryStorage].map((link) => link.stop()));
    },
  };
}

/** Waits until an indexer has done all that it was told, also what it waits for in vain. */
export async function untilDone(indexer: StagedIndexer): Promise<void> {
  await until(async () => (await indexer.metric('registry_index_event_queue_depth')) === 0);
}
