import type { IndexLocation, Source } from '../../../src/api/settings.ts';
import type { AccessKeys } from '../../../src/aws/credentials.ts';
import { type Index, openIndex } from '../../../src/dynamodb/open.ts';
import type { RepositoryRecord } from '../../../src/dynamodb/records/record.ts';
import { helmChart, image } from '../../../src/standalone/sample/artefacts.ts';
import { type DynamoDbLocal, startDynamoDbLocal } from '../../env/dynamodb-local.ts';
import { push } from '../../env/push.ts';
import { startRegistry } from '../../env/registry.ts';
import { startVersityGw } from '../../env/versitygw.ts';
import { makeTables } from '../index/embedded-service.ts';
import { ownershipRecordOf } from '../index/index-records.ts';
import { type FaultyProxy, startFaultyProxy } from '../network/faulty-proxy.ts';
import { tagsByApi } from '../registry/registry-api.ts';

/** A registry's bucket and a DynamoDB, both real, and to each a way on which requests fail as planned. */
export interface FaultStage {
  readonly storage: FaultyProxy;
  readonly tables: FaultyProxy;
  readonly registryUrl: string;
  /** The bucket behind `storage`. */
  readonly source: Extract<Source, { kind: 's3' }>;
  readonly s3Credentials: AccessKeys;
  readonly tableCredentials: AccessKeys;
  /** New tables of this name, empty and claimed, seen without faults; `location` leads through `tables`. */
  newTables(name: string): Promise<NewTables>;
  stop(): Promise<void>;
}

export interface NewTables {
  readonly index: Index;
  readonly location: IndexLocation;
}

/** Neighbours in every order, and enough of them that many requests are under way. */
export const NAMES = [
  ...['app-extra', 'app.x', 'app/0sub', 'app', 'app/x', 'app0'],
  ...Array.from({ length: 14 }, (_, at) => `team${at % 3}/service-${at}`),
];
export const CHART = 'charts/shop';

const BUCKET = 'registry';
const FEED_SHARDS = 4;
const TIMEOUT_MS = 120_000;

export const artefactOf = (content: string, platforms = ['linux/amd64']) =>
  image({ platforms, content, labels: { content }, created: new Date('2026-01-01T00:00:00Z') });

export async function startFaultStage(): Promise<FaultStage> {
  const [s3, dynamodb] = await Promise.all([startVersityGw({ buckets: [BUCKET] }), startDynamoDbLocal()]);
  const registry = await startRegistry({ s3, bucket: BUCKET });
  const [storage, tables] = await Promise.all([startFaultyProxy(s3.endpoint), startFaultyProxy(dynamodb.endpoint)]);
  await pushAll(registry.url);
  const opened: Index[] = [];
  return {
    storage,
    tables,
    registryUrl: registry.url,
    source: {
      kind: 's3',
      bucket: BUCKET,
      region: s3.region,
      endpoint: storage.endpoint,
      forcePathStyle: true,
      rootDirectory: '',
      layout: 'V2',
    },
    s3Credentials: s3,
    tableCredentials: dynamodb,
    async newTables(name) {
      const made = await makeIndex(dynamodb, name);
      opened.push(made.index);
      return { ...made, location: { ...made.location, endpoint: tables.endpoint } };
    },
    async stop() {
      for (const index of opened) index.close();
      await Promise.all([storage.stop(), tables.stop(), registry.stop()]);
      await Promise.all([s3.stop(), dynamodb.stop()]);
    },
  };
}

/** All records that a search would show, and what the registry's own API says they must hold. */
export async function recordsIn({ index }: NewTables): Promise<Map<string, RepositoryRecord>> {
  const found = new Map<string, RepositoryRecord>();
  for await (const page of index.records(FEED_SHARDS).scan(1, AbortSignal.timeout(TIMEOUT_MS)))
    for (const { record, deleted } of page) if (!deleted) found.set(record.name, record);
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Names, tags and digests of records, sorted. */
export function tagsOf(records: ReadonlyMap<string, RepositoryRecord>) {
  const tags = ({ tags }: RepositoryRecord) => tags.map(({ name, digest }) => [name, digest]).sort();
  return [...records].map(([name, record]) => [name, tags(record)]).sort();
}

/** The same, as the registry itself tells it; names without tags are left out. */
export async function tagsByRegistry(registryUrl: string, names: readonly string[]) {
  const all = [];
  for (const name of names.toSorted()) all.push([name, await tagsByApi(registryUrl, name)] as const);
  return all.filter(([, tags]) => tags.length > 0);
}

async function makeIndex({ endpoint, region, accessKeyId, secretAccessKey }: DynamoDbLocal, name: string) {
  const location = { repositoryTable: `${name}-repository`, versionTable: `${name}-version`, region, endpoint };
  const index = openIndex({ location, credentials: { accessKeyId, secretAccessKey } });
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  await makeTables(index, signal);
  await index.ownership.create({ ...ownershipRecordOf(1), intent: 'none', feedShards: FEED_SHARDS }, signal);
  return { index, location };
}

async function pushAll(url: string): Promise<void> {
  for (const name of NAMES) {
    await push(url, name, 'v1.0', artefactOf(`${name} v1.0`));
    await push(url, name, 'latest', artefactOf(`${name} latest`, ['linux/amd64', 'linux/arm64']));
  }
  await push(url, CHART, '0.1.0', helmChart({ name: 'shop', version: '0.1.0', description: 'A shop' }));
}
