import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RepositoryRecord } from '../../../src/index/record.ts';
import { runWorker } from '../../../src/indexer/worker.ts';
import { createLogger } from '../../../src/telemetry/log.ts';
import { pushSample } from '../../env/push.ts';
import { type Registry, startRegistry } from '../../env/registry.ts';
import { type S3Server, startVersityGw } from '../../env/versitygw.ts';
import { type LiveIndex, startLiveIndex } from '../support/live-index.ts';

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
});

afterAll(async () => {
  await live?.stop();
  await registry?.stop();
  await s3?.stop();
});

async function backfill(stop: AbortSignal, bucket = BUCKET) {
  const state = await live.index.marker.read(stop);
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
    { index, source, credentials: s3, marker: state.marker, worker, concurrency: 8, writeUnits: undefined, log },
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
      platforms: ['linux/amd64', 'linux/arm64/v8'],
      referrers: ['signature'],
    });
    expect(found.get('charts/shop')).toMatchObject({ title: 'shop', types: ['helm'] });
  });

  test('run again, has nothing to do; a new filling reads all anew', async () => {
    const before = await records(2);
    expect(await backfill(running)).toMatchObject({ outcome: 'complete', report: { repositories: before.size } });
    await live.mark({ epoch: 3 });
    expect(await backfill(running)).toMatchObject({ outcome: 'complete' });
    expect(await records(3)).toEqual(before);
  });
});
