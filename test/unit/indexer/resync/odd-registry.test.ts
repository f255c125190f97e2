import { describe, expect, test } from '@jest/globals';
import { createArtefactReader } from '../../../../src/indexer/artefacts/reader.ts';
import { runBackfill } from '../../../../src/indexer/backfill/backfill.ts';
import { type ResyncEnd, type ResyncOptions, runResync } from '../../../../src/indexer/resync/resync.ts';
import type { StoredBytes } from '../../../../src/storage/object-storage.ts';
import { openLayout } from '../../../../src/storage/open.ts';
import { createLogger } from '../../../../src/telemetry/log.ts';
import { createMemoryEvents, createMemoryRanges, createMemoryRecords } from '../../../support/index/memory-index.ts';
import { createMemoryStorage, type MemoryOptions } from '../../../support/registry/memory-storage.ts';
import {
  type Bucket,
  oddV1Registry,
  oddV2Registry,
  V1_FAULTS,
  V2_FAULTS,
} from '../../../support/registry/odd-registry.ts';
import { type Objects, put } from '../../../support/registry/registry-model.ts';

const running = new AbortController().signal;

/** An index of a bucket, in memory; `refuse` says which objects the store does not give, and how it says so. */
function indexOf(
  bucket: Bucket,
  options: MemoryOptions,
  refuse: (key: string) => StoredBytes | undefined = () => undefined,
) {
  const objects: Objects = new Map();
  for (const [key, body] of bucket) put(objects, key, body);
  const memory = createMemoryStorage(objects, options);
  const get: typeof memory.get = async (key, maxBytes, stop) => {
    const read = await memory.get(key, maxBytes, stop);
    return read.kind === 'missing' ? read : (refuse(key) ?? read);
  };
  let clock = 1_000_000;
  const now = () => ++clock;
  const source = { kind: 'directory', path: '/', rootDirectory: '', layout: 'Auto' } as const;
  const layout = openLayout({ storage: { ...memory, get }, source, now });
  const records = createMemoryRecords();
  const ranges = createMemoryRanges();
  const retry = { baseMs: 0, capMs: 0, patienceMs: 0 };
  const log = createLogger({ level: 'silent' });
  const events = createMemoryEvents();
  const common = { layout, records, ranges, events, epoch: 1, random: () => 0, retry, log, now, concurrency: 4 };
  const resyncOptions = (): ResyncOptions => ({
    ...common,
    artefacts: createArtefactReader(layout),
    async *headers() {
      for (const { record, epoch, fingerprint, reader = 0, gaps, deleted } of records.stored.values())
        yield [{ kind: 'record', name: record.name, epoch, fingerprint, reader, gaps, deleted, chunks: [] }];
    },
    sweep: { chunks: async () => 0, olderThan: async () => 0 },
    assertCurrent: async () => undefined,
    confirmation: undefined,
    requests: () => ({ ...memory.requests, reads: 0, writes: 0, readUnits: 0, writeUnits: 0 }),
  });
  return {
    objects,
    requests: memory.requests,
    passDays(days: number) {
      clock += days * 24 * 60 * 60_000;
    },
    revisions: () => [...records.stored].map(([name, { revision }]) => [name, revision]),
    backfill: () =>
      runBackfill({ ...common, artefacts: createArtefactReader(layout), worker: { index: 0, count: 1 } }, running),
    resync: () => runResync(resyncOptions(), running),
  };
}

function reportOf(end: ResyncEnd) {
  if (end.outcome !== 'ended') throw new Error(end.outcome);
  return end.report;
}

const NOTHING = { added: 0, changed: 0, removed: 0, reread: 0 };

describe.each([
  ['V2', oddV2Registry, V2_FAULTS],
  ['V1', oddV1Registry, V1_FAULTS],
])('a bucket of everything that may be in one of %s', (_, bucketOf, faults) => {
  const errorCount = Object.values(faults).reduce((sum, count) => sum + count, 0);

  test.each([
    ['plain', 1_000],
    ['plain', 7],
    ['encrypted', 1_000],
  ] as const)(
    'is read once: resyncs cost no GET and no write, with ETags that are %s and pages of %d',
    async (etags, pageSize) => {
      const index = indexOf(bucketOf(), { etags, pageSize });
      const { outcome, report } = await index.backfill();
      expect({ outcome, counts: report.faultCounts }).toEqual({ outcome: 'complete', counts: faults });
      const before = index.revisions();
      for (let time = 1; time <= 3; time += 1) {
        index.requests.gets = 0;
        const { faults: named = [], ...resynced } = reportOf(await index.resync());
        expect(resynced).toMatchObject({ ...NOTHING, errorCount, faultCounts: faults });
        expect(named.length).toBe(Math.min(20, errorCount));
        expect(index.requests.gets).toBe(0);
        expect(index.revisions()).toEqual(before);
      }
    },
  );

  test('is read once also where a resync has found all of it', async () => {
    const index = indexOf(bucketOf(), {});
    await index.resync();
    index.requests.gets = 0;
    const before = index.revisions();
    expect(reportOf(await index.resync())).toMatchObject({ ...NOTHING, errorCount, faultCounts: faults });
    expect(index.requests.gets).toBe(0);
    expect(index.revisions()).toEqual(before);
  });

  test.each(['Denied', 'Archived'] as const)(
    'of which every object is %s is tried again after a week',
    async (refusal) => {
      const refuse = (): StoredBytes => ({ kind: 'unreadable', refusal, reason: 'no' });
      const index = indexOf(bucketOf(), { etags: 'encrypted' }, refuse);
      await index.backfill();
      const look = async () => {
        index.requests.gets = 0;
        const { faultCounts, errorCount: skipped } = reportOf(await index.resync());
        expect(faultCounts?.[refusal]).toBeGreaterThan(0);
        return { gets: index.requests.gets, skipped };
      };
      const { gets, skipped } = await look();
      expect(gets).toBe(0);
      index.passDays(7.1);
      expect((await look()).gets).toBeGreaterThan(0);
      expect(await look()).toEqual({ gets: 0, skipped });
    },
  );
});

test('what was missing is found when it comes, by a LIST each at most, and is read then', async () => {
  const whole = oddV2Registry();
  const lacking: Bucket = new Map([...whole].filter(([key]) => !key.includes('/blobs/')));
  const index = indexOf(lacking, {});
  await index.backfill();
  index.requests.lists = 0;
  index.requests.gets = 0;
  const first = reportOf(await index.resync());
  expect(first).toMatchObject(NOTHING);
  expect(index.requests).toEqual({ lists: expect.any(Number), gets: 0 });
  const { faultCounts } = first;
  expect(index.requests.lists).toBeLessThan((faultCounts?.Missing ?? 0) + 10);
  for (const [key, body] of whole) put(index.objects, key, body);
  const second = reportOf(await index.resync());
  expect(second).toMatchObject({ added: 0, removed: 0, faultCounts: V2_FAULTS });
  expect(second.changed).toBeGreaterThan(20);
  index.requests.gets = 0;
  expect(reportOf(await index.resync())).toMatchObject({ ...NOTHING, faultCounts: V2_FAULTS });
  expect(index.requests.gets).toBe(0);
});
