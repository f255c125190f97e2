import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SETTINGS_VARIABLE, type Source, sourceIdentity } from '../../../src/api/settings.ts';
import { type Index, openIndex } from '../../../src/dynamodb/open.ts';
import type { ResyncEnd } from '../../../src/indexer/resync/resync.ts';
import type { Difference } from '../../../src/verify/compare.ts';
import { type Registry, startRegistry } from '../../env/registry.ts';
import { startVersityGw } from '../../env/versitygw.ts';
import { eventually } from '../eventually.ts';
import { startLiveIndex } from '../index/live-index.ts';
import { type FaultyProxy, startFaultyProxy } from '../network/faulty-proxy.ts';
import { differencesFrom } from './compare-with-registry.ts';
import { resyncOnce } from './resync-once.ts';
import { type IndexerChoices, type StagedIndexer, startStagedIndexer } from './staged-indexer.ts';

export const TOKEN = 'a-token-of-this-test';
export const NUDGE_KEY = 'a-key-of-this-test';
/** A cut of a minute goes through longer waits between attempts, and takes as long. */
export const CUT_MS = 1_000 * Number(process.env.REGISTRY_INDEX_CUT_SECONDS ?? 1);
const SECRET = 'a-secret-of-this-test';
const BUCKET = 'registry';
const FEED_SHARDS = 4;

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

/** A registry on a store, an index, and indexers that one of the two tells what happens, with a fault on every way. */
export interface EventStage {
  readonly links: Links;
  /** The one that runs now. */
  readonly registry: Registry;
  readonly index: Index;
  /** The index as it is seen on the way of the indexers; to be closed. */
  openIndex(): Index;
  /** For an indexer in a process of its own. */
  readonly indexerEnv: NodeJS.ProcessEnv;
  /** The bodies of all events that were sent so far, until the link to the indexers is planned otherwise. */
  readonly sent: readonly string[];
  /** Events go to these from now on, by turns; to none when left out. */
  leadTo(...indexers: readonly Pick<StagedIndexer, 'url'>[]): void;
  startIndexer(choices?: IndexerChoices): Promise<StagedIndexer>;
  /** Sends a body to the first indexer as a registry would; gives the status of the answer. */
  send(body: string | Uint8Array<ArrayBuffer>, token?: string): Promise<number>;
  /** Writes a tag's current link as the registry does, past it. */
  moveTag(name: string, tag: string, digest: string): Promise<void>;
  /** Takes a tag's current link away, past the registry. */
  removeTag(name: string, tag: string): Promise<void>;
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
  await live.mark({ complete: true, source: sourceIdentity(source), nudgeKey: NUDGE_KEY });
  const startARegistry = (token: string) => {
    const notifications = { url: `${events.endpoint}/notifications`, token };
    const told = toldBy === 'registry' ? { notifications } : {};
    return startRegistry({ s3: { ...s3, endpoint: registryStorage.endpoint }, bucket: BUCKET, version, ...told });
  };
  let registry = await startARegistry(TOKEN);
  const running = new Set<StagedIndexer>();
  const location = { ...live.location, endpoint: tables.endpoint };
  const differences = () => differencesFrom(registry.url, live.index.records(FEED_SHARDS));
  const keepSent = ({ body }: { readonly body: string }) => {
    sent.push(body);
    return { kind: 'pass' } as const;
  };
  events.plan(keepSent);

  return {
    links: { events, storage, tables, registryStorage },
    get registry() {
      return registry;
    },
    index: live.index,
    openIndex: () => openIndex({ location, credentials: location.credentials }),
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
    async startIndexer(choices = {}) {
      const options = { location, source, credentials: s3, webhookSecret: SECRET, identity: `indexer-${running.size}` };
      const indexer = await startStagedIndexer({ ...options, token: TOKEN, ...choices });
      running.add(indexer);
      return {
        ...indexer,
        async stop() {
          running.delete(indexer);
          await indexer.stop();
        },
      };
    },
    async send(body, token = TOKEN) {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const answer = await fetch(`${targets[0]}/notifications`, { method: 'POST', headers, body });
      return answer.status;
    },
    async moveTag(name, tag, digest) {
      await bucket.send(new PutObjectCommand({ Bucket: BUCKET, Key: currentLink(name, tag), Body: digest }));
    },
    async removeTag(name, tag) {
      await bucket.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: currentLink(name, tag) }));
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
    resync: () => resyncOnce(live, { source, credentials: s3 }),
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

function currentLink(name: string, tag: string): string {
  return `docker/registry/v2/repositories/${name}/_manifests/tags/${tag}/current/link`;
}
