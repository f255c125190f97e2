import { DeleteObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Source, sourceIdentity } from '../../../src/api/settings.ts';
import { type IndexerOptions, startIndexer } from '../../../src/indexer/events/run-indexer.ts';
import { image } from '../../../src/standalone/sample/artefacts.ts';
import { createLogger } from '../../../src/telemetry/log.ts';
import { createMetricsRegistry } from '../../../src/telemetry/metrics.ts';
import { startMoto } from '../../env/moto.ts';
import { push } from '../../env/push.ts';
import { type Registry, startRegistry } from '../../env/registry.ts';
import type { S3Server } from '../../env/versitygw.ts';
import { until } from '../../support/eventually.ts';
import { differencesFrom } from '../../support/faults/compare-with-registry.ts';
import { resyncOnce } from '../../support/faults/resync-once.ts';
import { type BucketQueue, startBucketQueue } from '../../support/index/bucket-queue.ts';
import { type LiveIndex, startLiveIndex } from '../../support/index/live-index.ts';

const BUCKET = 'registry';
const PREFIX = 'docker/registry/v2/repositories/';
/** As `registry-index notifications` prints it. */
const MAX_RECEIVES = 5;
const { signal } = new AbortController();

let aws: S3Server;
let queue: BucketQueue;
let live: LiveIndex;
let registry: Registry;
let source: Source;

beforeAll(async () => {
  aws = await startMoto({ buckets: [BUCKET] });
  queue = await startBucketQueue({ aws, bucket: BUCKET });
  live = await startLiveIndex();
  await live.makeTables();
  const { region, endpoint } = aws;
  source = { kind: 's3', bucket: BUCKET, region, endpoint, forcePathStyle: true, rootDirectory: '', layout: 'V2' };
  await live.mark({ complete: true, source: sourceIdentity(source) });
  registry = await startRegistry({ s3: aws, bucket: BUCKET });
});

afterAll(async () => {
  await registry?.stop();
  await live?.stop();
  queue?.close();
  await aws?.stop();
});

interface Indexer {
  count(metric: string, labels?: Record<string, string>): Promise<number>;
  stop(): Promise<void>;
}

let indexer: Indexer | undefined;

async function start(choices: Partial<IndexerOptions> = {}): Promise<Indexer> {
  const metricsRegistry = createMetricsRegistry();
  const ending = new AbortController();
  const { ended } = await startIndexer(
    {
      ...{
        index: live.index,
        source,
        credentials: aws,
        token: undefined,
        webhookSecret: undefined,
        pulls: 'Ignore',
        identity: 'one',
      },
      ...{ queue: { url: queue.url, region: aws.region }, concurrency: 8, metricsRegistry },
      listen: { host: '127.0.0.1', port: 0 },
      onWritten: () => undefined,
      log: createLogger({ level: 'silent' }),
      ...choices,
    },
    ending.signal,
  );
  return {
    async count(metric, labels = {}) {
      const { values } = (await metricsRegistry.getSingleMetric(metric)?.get()) ?? { values: [] };
      const wanted = Object.entries(labels);
      const found = values.find((value) => wanted.every(([name, text]) => Object(value.labels)[name] === text));
      return found?.value ?? 0;
    },
    async stop() {
      ending.abort();
      await ended;
    },
  };
}

afterEach(async () => {
  await indexer?.stop();
  indexer = undefined;
});

const version = (content: string) => image({ platforms: ['linux/amd64'], created: new Date(0), content });

async function tagsOf(name: string): Promise<Record<string, string>> {
  const stored = await live.index.records(4).read(name, signal);
  return Object.fromEntries(stored?.record.tags.map((tag) => [tag.name, tag.digest]) ?? []);
}

const untilTags = (name: string, tags: string) => until(async () => Object.keys(await tagsOf(name)).join() === tags);
const untilEmpty = () => until(async () => (await queue.length()) === 0);

/** As S3 sends it: the key encoded as in a form. */
function record(repository: string, tag: string) {
  const key = encodeURIComponent(`${PREFIX}${repository}/_manifests/tags/${tag}/current/link`);
  return { eventName: 'ObjectCreated:Put', s3: { bucket: { name: BUCKET }, object: { key } } };
}

describe('a bucket that sends its events to a queue', () => {
  test('has what a registry pushes and deletes there indexed, and nothing stays in the queue', async () => {
    indexer = await start();
    for (const tag of ['v1', 'v2']) await push(registry.url, 'team/pay', tag, version(tag));
    await untilTags('team/pay', 'v1,v2');
    await fetch(`${registry.url}/v2/team/pay/manifests/v1`, { method: 'DELETE' });
    await untilTags('team/pay', 'v2');
    const client = new S3Client({ ...aws, credentials: aws, forcePathStyle: true });
    const Key = `${PREFIX}team/pay/_manifests/tags/v2/current/link`;
    await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key }));
    client.destroy();
    await until(async () => (await live.index.records(4).read('team/pay', signal))?.deleted === true);
    await untilEmpty();
    expect(await indexer.count('registry_index_sqs_messages_total', { result: 'foreign' })).toBe(0);
  });

  test('has them indexed through SNS and EventBridge, twice, in any order, several in a message, beside garbage', async () => {
    for (const name of ['a', 'b', 'c', 'd']) await push(registry.url, `way/${name}`, 'v1', version(name));
    await queue.remove();
    await queue.make();
    const sns = { Type: 'Notification', Message: JSON.stringify({ Records: [record('way/a', 'v1')] }) };
    const { key } = record('way/b', 'v1').s3.object;
    const object = { key: decodeURIComponent(key) };
    const detail = { bucket: { name: BUCKET }, object };
    const eventBridge = { source: 'aws.s3', 'detail-type': 'Object Created', detail };
    const several = { Records: [{ s3: { object: 7 } }, record('way/c', 'v1'), null, record('way/d', 'v1')] };
    await queue.send(
      'garbage',
      ...[several, sns, eventBridge, several, sns, { hello: 1 }].map((it) => JSON.stringify(it)),
    );
    indexer = await start();
    for (const name of ['a', 'b', 'c', 'd']) await untilTags(`way/${name}`, 'v1');
    await untilEmpty();
    expect(await indexer.count('registry_index_sqs_messages_total', { result: 'foreign' })).toBe(2);
  });
});

describe('a message', () => {
  beforeEach(async () => {
    await queue.remove();
    await queue.make();
  });

  test('that another process received, and died with, is indexed when it comes back', async () => {
    await push(registry.url, 'team/left', 'v1', version('left'));
    await until(async () => (await queue.receiveAndDie(3)) > 0 || (await queue.length()) === 0);
    indexer = await start();
    await untilTags('team/left', 'v1');
    await untilEmpty();
  });

  test('is not deleted while what it says cannot be written', async () => {
    await live.mark({ complete: true, source: 'another source' });
    await push(registry.url, 'team/kept', 'v1', version('kept'));
    indexer = await start();
    const stopping = indexer;
    await until(async () => (await stopping.count('registry_index_sqs_messages_total', { result: 'received' })) >= 1);
    await until(async () => (await stopping.count('registry_index_event_queue_depth')) >= 1);
    expect(await queue.length()).toBeGreaterThanOrEqual(1);
    expect(await tagsOf('team/kept')).toEqual({});
    await live.mark({ complete: true, source: sourceIdentity(source) });
    await untilTags('team/kept', 'v1');
    await untilEmpty();
  });
});

test('a message that goes to the dead letters, because what it says finds no room for the last time, is a gap', async () => {
  await queue.remove();
  await queue.make();
  await live.mark({ complete: true, source: 'another source' });
  await queue.send(JSON.stringify({ Records: [record('room/for-one', 'v1'), record('room/for-no-more', 'v1')] }));
  // With the store's test event.
  for (let receives = 1; receives < MAX_RECEIVES; receives += 1) expect(await queue.receiveAndDie(0)).toBe(2);
  indexer = await start({ maxNames: 1 });
  const here = indexer;
  const isGap = async () => (await here.count('registry_index_event_gaps_total', { reason: 'DeadLetters' })) === 1;
  await until(isGap);
  const isTold = async () => {
    const report = await live.index.events.read(signal);
    return report?.gaps.some(({ reason }) => reason === 'DeadLetters') === true;
  };
  await until(isTold);
  await live.mark({ complete: true, source: sourceIdentity(source) });
});

test('a queue that is deleted and made again is read again, and the report says both; one resync finds what it missed', async () => {
  indexer = await start();
  await until(async () => ((await live.index.events.read(signal))?.queueReachedAtMs ?? 0) > 0);
  await queue.remove();
  const here = indexer;
  await until(async () => (await here.count('registry_index_sqs_failures_total', { operation: 'receive' })) > 0);
  await push(registry.url, 'team/missed', 'v1', version('missed'));
  await queue.make();
  await push(registry.url, 'team/back', 'v1', version('back'));
  await untilTags('team/back', 'v1');
  await indexer.stop();
  const differences = () => differencesFrom(registry.url, live.index.records(4));
  expect(await differences()).toEqual([{ kind: 'MissingRepository', repository: 'team/missed', tags: 1 }]);
  await resyncOnce(live, { source, credentials: aws });
  expect(await differences()).toEqual([]);
  const report = await live.index.events.read(signal);
  expect(report?.queueProblem).toMatch(/^queue registry-events does not exist at http:\/\/127\.0\.0\.1:\d+; check/);
  expect(report?.queueReachedAtMs).toBeGreaterThan(report?.queueFailedAtMs ?? Number.NaN);
});
