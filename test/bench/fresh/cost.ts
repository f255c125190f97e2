import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { sourceIdentity } from '../../../src/api/settings.ts';
import { createMeter, type Meter } from '../../../src/aws/meter.ts';
import type { TagEntry } from '../../../src/dynamodb/records/record.ts';
import { FEED_SHARDS } from '../../../src/dynamodb/state/ownership.ts';
import { startIndexer } from '../../../src/indexer/events/run-indexer.ts';
import { startSearch } from '../../../src/server/search-process.ts';
import { createMetricsRegistry } from '../../../src/telemetry/metrics.ts';
import { startRegistry } from '../../env/registry.ts';
import { startVersityGw } from '../../env/versitygw.ts';
import { until } from '../../support/eventually.ts';
import { recordOf } from '../../support/index/index-records.ts';
import { startLiveIndex } from '../../support/index/live-index.ts';
import { silentLog } from '../../support/silent-log.ts';
import { startCountingProxy } from '../support/counting-proxy.ts';
import { createPusher, repositories } from './pushes.ts';
import { BUCKET, sourceOf, TOKEN } from './stage.ts';

/** What one event has had read and written, until its repository was written. */
export interface EventCost {
  /** From the registry's 201 until the record was written. */
  readonly ms: number;
  /** Of this process. */
  readonly cpuMs: number;
  readonly lists: number;
  readonly gets: number;
  readonly tables: Meter;
}

export interface CostFigures {
  /** A push to a repository that is known. */
  readonly push: EventCost;
  /** What half a minute later reads once more what a patch has left out. */
  readonly later: EventCost;
  /** Of a replica, for one nudge. */
  readonly nudge: Meter;
  /** A push to a repository of so many tags. */
  readonly largeTags: number;
  readonly large: EventCost;
}

const LARGE = 'bench/large';
const LARGE_TAGS = 100_000;
const LATER_MS = 35_000;
const WRITTEN_WITHIN_MS = 30_000;
const { signal } = new AbortController();

/** One indexer and one replica in this process, so that each request is counted. */
export async function measureCost(): Promise<CostFigures> {
  await using parts = new AsyncDisposableStack();
  const keep = <Part extends { stop(): Promise<void> }>(part: Part): Part => parts.adopt(part, ({ stop }) => stop());
  const s3 = keep(await startVersityGw({ buckets: [BUCKET] }));
  const lists = await startCountingProxy(s3.endpoint, isList);
  const proxy = await startCountingProxy(lists.endpoint);
  parts.defer(proxy.close);
  parts.defer(lists.close);
  const live = keep(await startLiveIndex());
  const source = sourceOf({ ...s3, endpoint: proxy.endpoint });
  await live.makeTables();
  await live.mark({ complete: true, source: sourceIdentity(source), feedShards: FEED_SHARDS });
  const [meter, readMeter] = [createMeter(), createMeter()];
  let written = 0;
  const stop = new AbortController();
  const indexer = await startIndexer(
    {
      ...{ index: live.open(meter), source, credentials: s3, token: TOKEN, webhookSecret: undefined, pulls: 'Ignore' },
      ...{ concurrency: 32, identity: 'one', metricsRegistry: createMetricsRegistry(), log: silentLog },
      listen: { host: '127.0.0.1', port: 0 },
      onWritten() {
        written += 1;
      },
    },
    stop.signal,
  );
  const readIndex = live.open(readMeter);
  const search = await startSearch(
    {
      index: { ...readIndex, records: readIndex.recordsForSearch },
      settings: { feedIntervalMs: 3_600_000, ownershipIntervalMs: 3_600_000 },
      ...{ log: silentLog, metricsRegistry: createMetricsRegistry(), listen: { host: '127.0.0.1', port: 0 } },
    },
    stop.signal,
  );
  parts.defer(async () => {
    stop.abort();
    await Promise.all([indexer.ended, search.finished]);
  });
  const notifications = { url: `${indexer.url}/notifications`, token: TOKEN };
  const registry = keep(await startRegistry({ s3, bucket: BUCKET, notifications }));
  const pusher = await createPusher([registry], [...repositories.slice(0, 1), LARGE]);

  /** Counts what happens while `work` goes on. */
  const counted = async (work: () => Promise<number>): Promise<EventCost> => {
    const before = { ...meter, lists: lists.count(), all: proxy.count() };
    const used = process.cpuUsage();
    const ms = await work();
    const { user, system } = process.cpuUsage(used);
    const listed = lists.count() - before.lists;
    const gets = proxy.count() - before.all - listed;
    return { ms, cpuMs: (user + system) / 1_000, lists: listed, gets, tables: difference(meter, before) };
  };
  const pushTo = (repository: string, tag: string) =>
    counted(async () => {
      const seen = written;
      await pusher.push(repository, tag);
      const beganMs = performance.now();
      while (written === seen) {
        if (performance.now() - beganMs > WRITTEN_WITHIN_MS) throw new Error(`${repository}:${tag} was not written`);
        await wait(1);
      }
      return performance.now() - beganMs;
    });

  await pushTo(repositories[0] ?? '', 'warm');
  // Meanwhile what is still to be read of the first pushes is read.
  await Promise.all([wait(LATER_MS), makeLarge(s3.directory, live)]);
  const push = await pushTo(repositories[0] ?? '', 'counted');
  const beforeNudge = { ...readMeter };
  await search.refresh(new Set(repositories.slice(0, 1)), signal);
  const nudge = difference(readMeter, beforeNudge);
  const later = await counted(async () => {
    await wait(LATER_MS);
    return LATER_MS;
  });
  await pushTo(LARGE, 'warm');
  await wait(1_000);
  const large = await pushTo(LARGE, 'counted');
  return { push, later, nudge, largeTags: LARGE_TAGS, large };

  async function makeLarge(directory: string, { index }: typeof live): Promise<void> {
    const seen = await index.records(FEED_SHARDS).read(LARGE, signal);
    const digest = seen?.record.tags[0]?.digest ?? '';
    const tags = Array.from({ length: LARGE_TAGS }, (_, at): TagEntry => {
      return { name: `t${String(at).padStart(6, '0')}`, digest, pushedAtMs: 1, platforms: [] };
    });
    const root = join(directory, BUCKET, 'docker/registry/v2/repositories', LARGE, '_manifests/tags');
    for (const { name } of tags) {
      mkdirSync(join(root, name, 'current'), { recursive: true });
      writeFileSync(join(root, name, 'current', 'link'), digest);
    }
    await until(async () => {
      const before = await index.records(FEED_SHARDS).read(LARGE, signal);
      if (!before?.manifests) return false;
      const record = { ...recordOf(LARGE), tags: [...before.record.tags, ...tags] };
      return (await index.records(FEED_SHARDS).replace({ ...before, record }, before, signal)) === 'written';
    });
  }
}

function isList(url: string): boolean {
  return url.includes('list-type=2');
}

function difference(after: Meter, before: Meter): Meter {
  return {
    reads: after.reads - before.reads,
    writes: after.writes - before.writes,
    readUnits: after.readUnits - before.readUnits,
    writeUnits: after.writeUnits - before.writeUnits,
  };
}
