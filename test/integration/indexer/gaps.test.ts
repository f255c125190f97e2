import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Source, sourceIdentity } from '../../../src/api/settings.ts';
import { createMeter } from '../../../src/aws/meter.ts';
import { NOTHING_REPORTED } from '../../../src/dynamodb/state/event-report.ts';
import { openGapOf } from '../../../src/dynamodb/state/open-gap.ts';
import { type RunningIndexer, startIndexer } from '../../../src/indexer/events/run-indexer.ts';
import { runResyncWorker } from '../../../src/indexer/resync/worker.ts';
import { image } from '../../../src/standalone/sample/artefacts.ts';
import { createMetricsRegistry } from '../../../src/telemetry/metrics.ts';
import { push } from '../../env/push.ts';
import { type Registry, startRegistry } from '../../env/registry.ts';
import { type S3Server, startVersityGw } from '../../env/versitygw.ts';
import { eachOf } from '../../support/each-of.ts';
import { eventually, until } from '../../support/eventually.ts';
import { type LiveIndex, startLiveIndex } from '../../support/index/live-index.ts';
import { silentLog } from '../../support/silent-log.ts';

const TOKEN = 'a-token-of-this-test';
const BUCKET = 'registry';
const { signal } = new AbortController();
/** So that what takes minutes takes seconds; a process counts as ended after six with other events, or after twenty. */
const reportTiming = { checkMs: 50, newsMs: 2_000, beatMs: 5_000 };

let s3: S3Server;
let live: LiveIndex;
let source: Source;
let indexer: RunningIndexer;
let ending: AbortController;

beforeAll(async () => {
  [s3, live] = await Promise.all([startVersityGw({ buckets: [BUCKET] }), startLiveIndex()]);
  await live.makeTables();
  const { region, endpoint } = s3;
  source = { kind: 's3', bucket: BUCKET, region, endpoint, forcePathStyle: true, rootDirectory: '', layout: 'V2' };
});

afterAll(async () => {
  await live?.stop();
  await s3?.stop();
});

/** Each test has an indexer of its own that knows of nothing before, and registries that it starts. */
beforeEach(async () => {
  await live.mark({ complete: true, source: sourceIdentity(source) });
  await live.index.events.update(() => NOTHING_REPORTED, signal);
  await start();
});

afterEach(() => stop());

async function start(): Promise<void> {
  ending = new AbortController();
  indexer = await startIndexer(
    {
      ...{ index: live.index, identity: 'pod-1', reportTiming, source, credentials: s3, log: silentLog },
      ...{
        token: TOKEN,
        webhookSecret: undefined,
        pulls: 'Ignore',
        concurrency: 16,
        metricsRegistry: createMetricsRegistry(),
      },
      listen: { host: '127.0.0.1', port: 0 },
      onWritten: () => undefined,
    },
    ending.signal,
  );
}

async function stop(): Promise<void> {
  ending.abort();
  await indexer.ended;
}

const sendingRegistry = () =>
  startRegistry({ s3, bucket: BUCKET, notifications: { url: `${indexer.url}/notifications`, token: TOKEN } });

async function send(events: readonly unknown[]): Promise<void> {
  const headers = { authorization: `Bearer ${TOKEN}` };
  const body = JSON.stringify({ events });
  expect((await fetch(`${indexer.url}/notifications`, { method: 'POST', headers, body })).status).toBe(202);
}

const pushTo = ({ url }: Registry, name: string) =>
  push(url, name, 'v1', image({ platforms: ['linux/amd64'], created: new Date(0), content: name }));

/** What is open, and how often it happened. */
async function open(): Promise<Record<string, number>> {
  const gap = openGapOf(await live.index.events.read(signal));
  return Object.fromEntries(gap?.gaps.map(({ reason, count }) => [reason, count]) ?? []);
}

async function resync() {
  const { ownership } = live.index;
  const state = await ownership.read(signal);
  if (state.kind !== 'ours') throw new Error(state.kind);
  const common = { index: live.index, meter: createMeter(), source, credentials: s3, log: silentLog };
  const end = await runResyncWorker({ ...common, ...state, concurrency: 8, confirmation: undefined }, signal);
  if (end.outcome !== 'ended') throw new Error(end.outcome);
  return end.report;
}

const heardOf = async () => (await live.index.events.read(signal)).registries;

describe('a gap in the events', () => {
  test('is a registry that was started again, until a resync has looked at everything', async () => {
    const before = await sendingRegistry();
    await pushTo(before, 'team/first');
    await until(async () => (await heardOf()).length === 1);
    await before.stop();
    const after = await sendingRegistry();
    for (let at = 0; at < 4; at += 1) await pushTo(after, `team/next-${at}`);
    await eventually(async () => expect(await open()).toEqual({ RegistryRestarted: 1 }));
    await after.stop();
    await resync();
    expect(await open()).toEqual({});
    expect((await heardOf()).map(({ isGone }) => isGone).sort()).toEqual([false, true]);
  });

  test('is not a registry that gets a second replica, nor the two of them', async () => {
    const first = await sendingRegistry();
    await pushTo(first, 'team/alone');
    await until(async () => (await heardOf()).length === 1);
    const second = await sendingRegistry();
    for (let at = 0; at < 8; at += 1) {
      await pushTo(second, `team/b-${at}`);
      await pushTo(first, `team/a-${at}`);
    }
    const saidMs = Date.now();
    await until(async () => (await live.index.events.read(signal)).eventAtMs > 0 && Date.now() - saidMs > 10_000);
    expect((await heardOf()).map(({ isGone }) => isGone)).toEqual([false, false]);
    expect(await open()).toEqual({});
    await Promise.all([first.stop(), second.stop()]);
  });

  test('is what is named beyond the hundred thousand repositories that there is room for', async () => {
    await live.mark({ source: 's3://another/#V2' });
    const names = Array.from({ length: 100_100 }, (_, at) => `crowd/app-${at}`);
    for (let at = 0; at < names.length; at += 10_000)
      await send(
        names.slice(at, at + 10_000).map((repository) => ({ action: 'push', target: { repository, tag: 'v' } })),
      );
    await eventually(async () => expect(await open()).toEqual({ QueueFull: expect.any(Number) }));
    // A name that a worker has leaves room for another one.
    expect((await open()).QueueFull).toBeGreaterThanOrEqual(50);
  });

  test('is an event that cannot be understood, and not one of which nothing follows', async () => {
    await send([{ action: 'push', target: { repository: 'app', mediaType: 'application/octet-stream' } }]);
    await send([{ action: 'pull', target: { repository: 'app', tag: 'v1' } }]);
    await until(async () => (await live.index.events.read(signal)).eventAtMs > 0);
    expect(await open()).toEqual({});
    await send([{ action: 'sing', target: { repository: 'app' } }, { action: 'push', target: {} }, 'text']);
    await eventually(async () => expect(await open()).toEqual({ Malformed: 3 }));
  });

  test('is not an indexer that was stopped and started again', async () => {
    await until(async () => (await live.index.events.read(signal)).indexers.length === 1);
    await stop();
    expect((await live.index.events.read(signal)).indexers).toEqual([]);
    await start();
    await until(async () => (await live.index.events.read(signal)).indexers.length === 1);
    expect(await open()).toEqual({});
  });
});

test('events remove as many repositories in an hour as a resync may, and a resync decides about the rest', async () => {
  const registry = await sendingRegistry();
  const names = Array.from({ length: 30 }, (_, at) => `gone/app-${String(at).padStart(2, '0')}`);
  await eachOf(names, 8, (name) => pushTo(registry, name));
  const living = async () => {
    const stored = await live.index.records(4).readAll(names, signal);
    return stored.filter(({ deleted }) => !deleted).length;
  };
  await until(async () => (await living()) === 30);
  await eachOf(names, 8, async (name) => {
    const { status } = await fetch(`${registry.url}/v2/${name}/manifests/v1`, { method: 'DELETE' });
    expect(status).toBe(202);
  });
  await eventually(async () => expect(await open()).toEqual({ RemovalsWithheld: expect.any(Number) }));
  await until(async () => (await living()) === 10);
  expect(await resync()).toMatchObject({ removed: 0, withheld: { gone: 10 } });
  expect([await living(), await open()]).toEqual([10, {}]);
  await registry.stop();
});
