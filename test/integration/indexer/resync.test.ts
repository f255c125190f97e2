import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Source, sourceIdentity } from '../../../src/api/settings.ts';
import { createMeter } from '../../../src/aws/meter.ts';
import type { StoredRecord } from '../../../src/dynamodb/records/record.ts';
import type { ResyncReport } from '../../../src/dynamodb/state/resync-report.ts';
import { runWorker } from '../../../src/indexer/backfill/worker.ts';
import { runResyncWorker } from '../../../src/indexer/resync/worker.ts';
import { image } from '../../../src/standalone/sample/artefacts.ts';
import { createLogger } from '../../../src/telemetry/log.ts';
import { push } from '../../env/push.ts';
import { type Registry, startRegistry } from '../../env/registry.ts';
import { type S3Server, startVersityGw } from '../../env/versitygw.ts';
import { type LiveIndex, startLiveIndex } from '../../support/index/live-index.ts';
import { deleteByApi, digestByApi, tagsByApi } from '../../support/registry/registry-api.ts';

const BUCKET = 'registry';
/** More than may go without a question, and so many that a tenth of them is fewer. */
const NAMES = Array.from({ length: 25 }, (_, at) => `team${at % 3}/app-${String(at).padStart(2, '0')}`);
const CREATED = new Date('2026-01-01T00:00:00Z');
const log = createLogger({ level: 'silent' });
const running = new AbortController().signal;

let s3: S3Server;
let registry: Registry;
let live: LiveIndex;
let source: Source;

/** A registry with an index of all that is in it. */
beforeAll(async () => {
  s3 = await startVersityGw({ buckets: [BUCKET] });
  registry = await startRegistry({ s3, bucket: BUCKET });
  live = await startLiveIndex();
  const { region, endpoint } = s3;
  source = { kind: 's3', bucket: BUCKET, region, endpoint, forcePathStyle: true, rootDirectory: '', layout: 'V2' };
  await live.makeTables();
  for (const name of NAMES) await pushImage(name, 'first');
});

let epoch = 0;

beforeEach(async () => {
  epoch += 1;
  await live.mark({ epoch, complete: false, source: sourceIdentity(source) });
  const worker = { index: 0, count: 1 };
  const ownership = await currentOwnership();
  await runWorker({ index: live.index, source, credentials: s3, ownership, worker, concurrency: 8, log }, running);
  await live.mark({ complete: true });
});

afterAll(async () => {
  await live?.stop();
  await registry?.stop();
  await s3?.stop();
});

async function pushImage(name: string, text: string, tag = 'latest'): Promise<void> {
  const artefact = image({ platforms: ['linux/amd64'], labels: { text }, created: CREATED, content: text });
  await push(registry.url, name, tag, artefact);
}

async function deleteRepository(name: string): Promise<void> {
  for (const [, digest] of await tagsByApi(registry.url, name)) await deleteByApi(registry.url, name, digest);
}

async function currentOwnership() {
  const state = await live.index.ownership.read(running);
  if (state.kind !== 'ours') throw new Error(state.kind);
  return state.ownership;
}

/** Runs a resync, and gives the report that it left in the table. */
async function resync(confirmation?: string): Promise<ResyncReport> {
  const meter = createMeter();
  const index = live.open(meter);
  const ownership = await currentOwnership();
  const options = { index, meter, source, credentials: s3, ownership, concurrency: 8, confirmation, log };
  const { outcome } = await runResyncWorker(options, running);
  index.close();
  const report = await live.index.resyncs.read(running);
  if (outcome !== 'ended' || !report) throw new Error(outcome);
  return report;
}

async function records(): Promise<Map<string, StoredRecord>> {
  const found = new Map<string, StoredRecord>();
  for await (const page of live.index.records(4).scan(1, running))
    for (const stored of page) if (!stored.deleted && stored.epoch === epoch) found.set(stored.record.name, stored);
  return found;
}

describe('a resync of a real registry', () => {
  test('in which nothing has changed reads no object and writes no record', async () => {
    await resync();
    const before = await records();
    const report = await resync();
    expect(report).toMatchObject({ repositories: before.size, added: 0, changed: 0, removed: 0, swept: 0 });
    expect(report.requests).toMatchObject({ gets: 0, writes: 0, writeUnits: 0 });
    expect(report.requests.lists).toBeGreaterThan(0);
    expect(report.requests.readUnits).toBeGreaterThan(0);
    expect(await records()).toEqual(before);
  });

  test('finds a push, a retag and a deletion, and mends these alone', async () => {
    const before = await records();
    await pushImage('team0/new', 'new');
    await pushImage('team0/app-00', 'second');
    await deleteRepository('team2/app-02');
    expect(await resync()).toMatchObject({ added: 1, changed: 1, removed: 1, withheld: undefined, failure: undefined });
    const after = await records();
    expect(after.get('team0/new')?.record.labels).toMatchObject({ text: 'new' });
    expect(after.get('team0/app-00')?.record).toMatchObject({
      labels: { text: 'second' },
      tags: [{ name: 'latest', digest: await digestByApi(registry.url, 'team0/app-00', 'latest') }],
    });
    expect(after.has('team2/app-02')).toBe(false);
    const untouched = NAMES.filter((name) => name !== 'team0/app-00' && name !== 'team2/app-02');
    for (const name of untouched) expect(after.get(name)).toEqual(before.get(name));
    expect(await resync()).toMatchObject({ added: 0, changed: 0, removed: 0 });
  });

  test('sweeps what the build before has left: the tombstone of a repository that this one has not met', async () => {
    expect(await resync()).toMatchObject({ swept: 1 });
    for await (const page of live.index.records(4).scan(1, running))
      expect(page.filter((stored) => stored.epoch !== epoch)).toEqual([]);
  });

  test('of a bucket that was wiped changes nothing', async () => {
    const before = await records();
    const [there, aside] = ['docker', '../aside'].map((path) => join(s3.directory, BUCKET, path));
    if (!there || !aside) throw new Error('no paths');
    await rename(there, aside);
    try {
      expect(await resync()).toMatchObject({ removed: 0, withheld: { gone: before.size, of: before.size } });
      expect(await records()).toEqual(before);
    } finally {
      await rename(aside, there);
    }
    expect(await resync()).toMatchObject({ added: 0, changed: 0, removed: 0, withheld: undefined });
  });

  test('removes many repositories only when that finding is confirmed', async () => {
    const before = await records();
    for (const name of NAMES) await deleteRepository(name);
    const { withheld } = await resync();
    expect(withheld).toMatchObject({ gone: before.size - 1, of: before.size });
    expect(await records()).toEqual(before);
    expect(await resync('000000000000')).toMatchObject({ removed: 0, withheld });
    expect(await records()).toEqual(before);
    expect(await resync(withheld?.confirmation)).toMatchObject({ removed: before.size - 1, withheld: undefined });
    expect([...(await records()).keys()]).toEqual(['team0/new']);
  });
});
