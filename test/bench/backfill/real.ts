import type { IndexLocation, Source } from '../../../src/api/settings.ts';
import { itemBytes } from '../../../src/dynamodb/items/item-size.ts';
import { type Index, openIndex } from '../../../src/dynamodb/open.ts';
import { mainItem } from '../../../src/dynamodb/records/record-item.ts';
import { layOutTags } from '../../../src/dynamodb/records/tag-layout.ts';
import { startDynamoDbLocal } from '../../env/dynamodb-local.ts';
import { startRegistry } from '../../env/registry.ts';
import { type S3Server, startVersityGw } from '../../env/versitygw.ts';
import { makeTables } from '../../support/index/embedded-service.ts';
import { ownershipRecordOf } from '../../support/index/index-records.ts';
import { runInChild } from '../support/child.ts';
import { startCountingProxy } from '../support/counting-proxy.ts';
import type { Cost } from '../support/measure.ts';
import { type BackfillFigures, type BackfillJob, POD_FLAGS, type ReplayJob } from './jobs.ts';
import { type ApiWalk, pushRepositories, walkByApi } from './real-registry.ts';
import { countOf } from './recorded-storage.ts';
import { measureResyncs, type ResyncFigures } from './resyncs.ts';

export interface RealFigures {
  readonly repositories: number;
  readonly backfill: BackfillFigures;
  readonly lists: number;
  readonly gets: number;
  readonly bare: Cost;
  /** The registry's own catalogue, tags and manifests on the same bucket. */
  readonly api: ApiWalk & { readonly s3Requests: number };
  /** Write units of its record: one a KB, and one for the change feed. */
  readonly unitsPerRepository: number;
  readonly resyncs: readonly ResyncFigures[];
}

const BUCKET = 'registry';
const CONCURRENCY = 64;
const FEED_SHARDS = 8;

/** Backfills a bucket that a real registry has filled, from empty tables, on a real S3 server and DynamoDB Local. */
export async function measureReal(repositories: number, tell: (text: string) => void): Promise<RealFigures> {
  await using parts = new AsyncDisposableStack();
  const s3 = parts.adopt(await startVersityGw({ buckets: [BUCKET] }), (server) => server.stop());
  const proxy = parts.adopt(await startCountingProxy(s3.endpoint), ({ close }) => close());
  const behindProxy = { ...s3, endpoint: proxy.endpoint };
  const registry = parts.adopt(await startRegistry({ s3: behindProxy, bucket: BUCKET }), ({ stop }) => stop());
  const dynamodb = parts.adopt(await startDynamoDbLocal(), ({ stop }) => stop());
  tell(`pushing ${repositories} repositories to a real registry …`);
  await pushRepositories(registry.url, repositories);

  const location = { repositoryTable: 'bench-repository', versionTable: 'bench-version', ...placeOf(dynamodb) };
  const index = parts.adopt(openIndex({ location, credentials: dynamodb }), ({ close }) => close());
  await prepareTables(index);
  const common = { source: sourceAt(s3), credentials: s3, concurrency: CONCURRENCY };
  tell('backfilling it …');
  const job: BackfillJob = { ...common, records: { kind: 'dynamodb', location, credentials: dynamodb } };
  const backfill = await runInChild<BackfillJob, BackfillFigures>(BACKFILL, job, POD_FLAGS);
  const { requests } = backfill;
  tell('the same requests in a bare loop …');
  const bare = await runInChild<ReplayJob, Cost>(REPLAY, { ...common, requests });
  tell("the registry's own API …");
  const before = proxy.count();
  const walk = await walkByApi(registry.url);
  const api = { ...walk, s3Requests: proxy.count() - before };
  tell('resyncs …');
  const place = { source: common.source, sourceCredentials: s3, location, indexCredentials: dynamodb };
  const resyncs = await measureResyncs({ ...place, registryUrl: registry.url }, repositories);
  return {
    repositories,
    backfill,
    lists: countOf(requests, 'list'),
    gets: countOf(requests, 'get'),
    bare,
    api,
    unitsPerRepository: await unitsPerRepository(index),
    resyncs,
  };
}

const BACKFILL = new URL('./backfill-process.ts', import.meta.url);
const REPLAY = new URL('./replay-process.ts', import.meta.url);

function placeOf({ region, endpoint }: Pick<IndexLocation, 'region' | 'endpoint'>) {
  return { region, endpoint };
}

function sourceAt({ region, endpoint }: S3Server): Source {
  return { kind: 's3', bucket: BUCKET, layout: 'V2', region, endpoint, forcePathStyle: true, rootDirectory: '' };
}

async function prepareTables(index: Index): Promise<void> {
  const signal = AbortSignal.timeout(60_000);
  await makeTables(index, signal);
  await index.ownership.create(
    { ...ownershipRecordOf(1), repositoryTable: 'bench', intent: 'none', feedShards: FEED_SHARDS },
    signal,
  );
}

async function unitsPerRepository(index: Index): Promise<number> {
  let units = 0;
  let records = 0;
  for await (const page of index.records(FEED_SHARDS).scan(4, AbortSignal.timeout(600_000))) {
    for (const stored of page)
      units += Math.ceil(itemBytes(mainItem(stored, layOutTags(stored.record.tags, []), FEED_SHARDS)) / 1_024) + 1;
    records += page.length;
  }
  return units / Math.max(1, records);
}
