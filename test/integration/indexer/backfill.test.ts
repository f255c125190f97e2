import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RepositoryRecord } from '../../../src/dynamodb/records/record.ts';
import { runWorker } from '../../../src/indexer/backfill/worker.ts';
import { type Artefact, helmChart, image, signature, tagged, typed } from '../../../src/standalone/sample/artefacts.ts';
import { createLogger } from '../../../src/telemetry/log.ts';
import { push, pushSample } from '../../env/push.ts';
import { type Registry, startRegistry } from '../../env/registry.ts';
import { type S3Server, startVersityGw } from '../../env/versitygw.ts';
import { type LiveIndex, startLiveIndex } from '../../support/index/live-index.ts';
import { catalogueByApi, deleteByApi, platformsByApi, tagsByApi } from '../../support/registry/registry-api.ts';

const BUCKET = 'registry';
let s3: S3Server;
let registry: Registry;
let live: LiveIndex;

beforeAll(async () => {
  s3 = await startVersityGw({ buckets: [BUCKET] });
  registry = await startRegistry({ s3, bucket: BUCKET });
  live = await startLiveIndex();
  await live.makeTables();
  await pushSample(registry.url);
  await pushMoves(registry.url);
});

afterAll(async () => {
  await live?.stop();
  await registry?.stop();
  await s3?.stop();
});

const BOTH = ['linux/amd64', 'linux/arm64/v8'];
const imageOf = (content: string, platforms: readonly string[]): Artefact =>
  image({ platforms, content, created: new Date('2026-01-01T00:00:00Z') });

/**
 * What is not as it was pushed first: tags that moved, tags and repositories that are gone, referrers, odd artefacts.
 */
async function pushMoves(url: string): Promise<void> {
  const single = imageOf('single', ['linux/arm64']);
  const multi = imageOf('multi', BOTH);
  await push(url, 'moved/app', 'latest', single);
  await push(url, 'moved/app', '1.0', single);
  await push(url, 'moved/app', 'latest', multi);
  await push(url, 'moved/app', 'edge', imageOf('edge', ['windows/amd64']));
  await push(url, 'moved/app', 'signed', signature(tagged(multi)));
  await push(url, 'moved/app', `${tagged(multi).digest.replace(':', '-')}.sig`, typed('application/x-sig', 'sig'));
  await push(url, 'moved/app', 'chart', helmChart({ name: 'app', version: '1.0.0' }));
  await push(url, 'moved/app', 'policy', typed('application/vnd.example.policy', 'policy'));
  const gone = imageOf('gone', ['linux/amd64']);
  for (const name of ['moved/app', 'moved/gone']) {
    await push(url, name, 'gone', gone);
    await deleteByApi(url, name, tagged(gone).digest);
  }
}

async function backfill(stop: AbortSignal, bucket = BUCKET) {
  const state = await live.index.ownership.read(stop);
  if (state.kind !== 'ours') throw new Error(state.kind);
  const source = {
    kind: 's3',
    bucket,
    region: s3.region,
    endpoint: s3.endpoint,
    forcePathStyle: true,
    rootDirectory: '',
    layout: 'V2',
  } as const;
  const worker = { index: 0, count: 1 };
  const log = createLogger({ level: 'silent' });
  const { index } = live;
  return runWorker(
    { index, source, credentials: s3, ownership: state.ownership, worker, concurrency: 8, writeUnits: undefined, log },
    stop,
  );
}

async function records(epoch: number): Promise<Map<string, RepositoryRecord>> {
  const found = new Map<string, RepositoryRecord>();
  for await (const page of live.index.records(4).scan(1, AbortSignal.timeout(120_000)))
    for (const { record, deleted, epoch: of } of page) if (!deleted && of === epoch) found.set(record.name, record);
  return found;
}

describe('a backfill of a real registry into a real DynamoDB', () => {
  const running = new AbortController().signal;

  test('that cannot find its bucket says so in the table', async () => {
    await live.mark({ epoch: 1 });
    expect(await backfill(running, 'nowhere')).toMatchObject({
      outcome: 'failed',
      failure: { reason: 'BucketNotFound', message: expect.stringContaining('bucket nowhere') },
    });
    expect(await live.index.ranges.readPlan(1, running)).toMatchObject({ failure: { reason: 'BucketNotFound' } });
  });

  test('writes a record of every repository, with its text, labels and platforms', async () => {
    await live.mark({ epoch: 2 });
    const { outcome, report } = await backfill(running);
    expect({ outcome, errorCount: report.errorCount, percent: report.percent }).toEqual({
      outcome: 'complete',
      errorCount: 0,
      percent: 100,
    });
    const found = await records(2);
    expect(found.size).toBe(report.repositories);
    expect(found.get('payments/api')).toMatchObject({
      title: 'api',
      summary: 'Takes card and bank payments',
      platforms: ['linux/amd64', 'linux/arm64'],
      referrers: ['signature'],
    });
    expect(found.get('charts/shop')).toMatchObject({ title: 'shop', types: ['helm'] });
  });

  test('says of every repository what the registry’s own API says: tags, digests, and platforms of each tag', async () => {
    const found = await records(2);
    const catalogue = await catalogueByApi(registry.url);
    expect(catalogue).toContain('moved/app');
    for (const name of new Set([...catalogue, ...found.keys(), 'moved/gone'])) {
      const told = (found.get(name)?.tags ?? []).map(({ name: tag, digest, platforms }) => [tag, digest, platforms]);
      expect({ name, tags: told }).toEqual({ name, tags: await ownTagsByApi(name) });
    }
    expect(found.get('moved/app')?.referrers).toEqual(['signature']);
  });

  /** Tags that are no companions. */
  async function ownTagsByApi(name: string) {
    const tags = [];
    for (const [tag, digest] of await tagsByApi(registry.url, name)) {
      if (!tag.startsWith('sha256-')) tags.push([tag, digest, await platformsByApi(registry.url, name, digest)]);
    }
    return tags;
  }

  test('run again, has nothing to do; a new build reads all anew', async () => {
    const before = await records(2);
    expect(await backfill(running)).toMatchObject({ outcome: 'complete', report: { repositories: before.size } });
    await live.mark({ epoch: 3 });
    expect(await backfill(running)).toMatchObject({ outcome: 'complete' });
    expect(await records(3)).toEqual(before);
  });
});
