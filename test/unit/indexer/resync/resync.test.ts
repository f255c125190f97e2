import { beforeEach, describe, expect, test } from '@jest/globals';
import { ServiceError } from '../../../../src/aws/errors.ts';
import { READER_VERSION, type StoredRecord } from '../../../../src/dynamodb/records/record.ts';
import type { ChunkHeader, RecordHeader } from '../../../../src/dynamodb/records/record-headers.ts';
import { createArtefactReader } from '../../../../src/indexer/artefacts/reader.ts';
import { refreshRepository } from '../../../../src/indexer/repository/refresh.ts';
import { type ResyncOptions, runResync } from '../../../../src/indexer/resync/resync.ts';
import type { Layout } from '../../../../src/storage/layout.ts';
import type { ObjectStorage, StoredBytes } from '../../../../src/storage/object-storage.ts';
import { createV2Layout } from '../../../../src/storage/v2/layout.ts';
import { createLogger } from '../../../../src/telemetry/log.ts';
import { createMemoryEvents, createMemoryRanges, createMemoryRecords } from '../../../support/index/memory-index.ts';
import { createMemoryStorage } from '../../../support/registry/memory-storage.ts';
import { createRegistryFixture } from '../../../support/registry/registry-fixture.ts';
import { digestOf } from '../../../support/registry/registry-model.ts';

const running = new AbortController().signal;
const NAMES = Array.from({ length: 30 }, (_, at) => `team${at % 3}/app-${String(at).padStart(2, '0')}`);

let clock = 0;
let fixture: ReturnType<typeof createRegistryFixture>;
let storage: ReturnType<typeof createMemoryStorage>;
/** Chunks that no record names. */
let garbage: ChunkHeader[];
let options: ResyncOptions & { records: ReturnType<typeof createMemoryRecords> };

/** Pushes a repository of one tag; another text is another image. */
function push(name: string, text: string): void {
  fixture.write({ name, tags: [{ name: 'latest', content: fixture.image({ text }), pushedAtMs: ++clock }] });
}

function outlineOf({ record, epoch, fingerprint, reader = 0, gaps, deleted }: StoredRecord): RecordHeader {
  return { kind: 'record', name: record.name, epoch, fingerprint, reader, gaps, deleted, chunks: [] };
}

function sweepOlder({ stored: all }: ReturnType<typeof createMemoryRecords>, epoch: number): number {
  const older = [...all].filter(([, record]) => record.epoch < epoch);
  for (const [name] of older) all.delete(name);
  return older.length;
}

function optionsOn(layout: Layout): typeof options {
  const records = createMemoryRecords();
  return {
    layout,
    artefacts: createArtefactReader(layout),
    records,
    epoch: 1,
    random: () => 0,
    async *headers() {
      yield [...garbage, ...[...records.stored.values()].map(outlineOf)];
    },
    sweep: {
      chunks: async () => garbage.splice(0).length,
      olderThan: async (epoch) => sweepOlder(records, epoch),
    },
    ranges: {
      ...createMemoryRanges(),
      readPlan: async () => ({ epoch: 1, boundaries: ['team1', 'team2'], counts: [] }),
    },
    events: createMemoryEvents(),
    assertCurrent: async () => undefined,
    concurrency: 8,
    confirmation: undefined,
    retry: { baseMs: 0, capMs: 0, patienceMs: 1_000 },
    now: () => ++clock,
    log: createLogger({ level: 'silent' }),
    requests: () => ({ ...storage.requests, reads: 0, writes: 0, readUnits: 0, writeUnits: 0 }),
  };
}

/** A registry of thirty repositories, all of which are indexed. */
beforeEach(async () => {
  fixture = createRegistryFixture();
  garbage = [];
  for (const name of NAMES) push(name, 'first');
  storage = createMemoryStorage(fixture.objects, { pageSize: 50 });
  options = optionsOn(createV2Layout({ storage, rootDirectory: '', now: () => ++clock }));
  for (const name of NAMES) await refreshRepository(options, name, running);
  storage.requests.gets = 0;
});

const resync = (changed: Partial<ResyncOptions> = {}) => runResync({ ...options, ...changed }, running);
const stored = (name: string) => options.records.stored.get(name);
const revisions = () => [...options.records.stored.values()].map(({ revision }) => revision);
const living = () => [...options.records.stored.values()].filter(({ deleted }) => !deleted).length;
const nothing = { added: 0, changed: 0, removed: 0, withheld: undefined, failure: undefined };

describe('a resync', () => {
  test('of a bucket that has not changed reads no object and writes no record', async () => {
    const before = revisions();
    expect(await resync()).toMatchObject({ outcome: 'ended', report: { ...nothing, repositories: 30 } });
    expect(storage.requests.gets).toBe(0);
    expect(revisions()).toEqual(before);
  });

  test('finds what was pushed, pushed again and deleted, and mends that alone', async () => {
    push('team1/new', 'new');
    push('team0/app-00', 'second');
    fixture.remove('team2/app-29');
    expect(await resync()).toMatchObject({
      outcome: 'ended',
      report: { ...nothing, added: 1, changed: 1, removed: 1 },
    });
    expect(stored('team1/new')).toMatchObject({ deleted: false, revision: 1 });
    expect(stored('team0/app-00')).toMatchObject({
      deleted: false,
      revision: 2,
      record: { labels: { text: 'second' } },
    });
    expect(stored('team2/app-29')).toMatchObject({ deleted: true, revision: 2 });
    expect(revisions().filter((revision) => revision > 1)).toHaveLength(2);
  });

  test('leaves nothing for the next one to do', async () => {
    push('team1/new', 'new');
    fixture.remove('team2/app-29');
    await resync();
    storage.requests.gets = 0;
    const before = revisions();
    expect(await resync()).toMatchObject({ outcome: 'ended', report: nothing });
    expect(storage.requests.gets).toBe(0);
    expect(revisions()).toEqual(before);
  });

  test('revives what was deleted and pushed again', async () => {
    fixture.remove(NAMES[0] ?? '');
    await resync();
    push(NAMES[0] ?? '', 'again');
    expect(await resync()).toMatchObject({ report: { ...nothing, added: 1 } });
    expect(living()).toBe(30);
  });

  test('takes a record of an earlier build for none', async () => {
    const [name = ''] = NAMES;
    const seen = stored(name);
    if (seen) options.records.stored.set(name, { ...seen, epoch: 0 });
    expect(await resync()).toMatchObject({ report: { ...nothing, added: 1 } });
    expect(stored(name)).toMatchObject({ epoch: 1 });
  });

  test('counts what search may show, and neither private repositories nor what was repaired of them', async () => {
    const isPrivate = (name: string) => name.startsWith('team0/');
    const { layout } = options;
    const hiding: Layout = {
      ...layout,
      async *scanFingerprints(range, signal) {
        for await (const item of layout.scanFingerprints(range, signal))
          yield item.kind === 'fault'
            ? item
            : { ...item, listing: { ...item.listing, isPrivate: isPrivate(item.listing.name) } };
      },
      listRepository: async (name, signal) => {
        return { ...(await layout.listRepository(name, signal)), isPrivate: isPrivate(name) };
      },
    };
    push('team0/new', 'new');
    push('team1/new', 'new');
    push(NAMES[3] ?? '', 'again');
    push(NAMES[4] ?? '', 'again');
    expect(await resync({ layout: hiding })).toMatchObject({ report: { repositories: 21, added: 1, changed: 1 } });
  });

  test('sweeps what an earlier build and writers that were killed have left behind', async () => {
    const [name = ''] = NAMES;
    const seen = stored(name);
    if (seen)
      options.records.stored.set('long/gone', { ...seen, record: { ...seen.record, name: 'long/gone' }, epoch: 0 });
    garbage.push({ kind: 'chunk', key: 'team1/app-01#lost', epoch: 1 });
    expect(await resync()).toMatchObject({ outcome: 'ended', report: { ...nothing, swept: 2 } });
    expect(stored('long/gone')).toBeUndefined();
    expect(living()).toBe(30);
  });

  test('leaves alone what somebody else has recovered meanwhile', async () => {
    push('team0/app-00', 'second');
    const late = async function* () {
      for await (const page of options.headers(running)) {
        await refreshRepository(options, 'team0/app-00', running);
        yield page;
      }
    };
    expect(await resync({ headers: late })).toMatchObject({ report: nothing });
    expect(stored('team0/app-00')?.revision).toBe(2);
  });
});

describe('what cannot be read', () => {
  const digestOfText = (text: string) => digestOf(fixture.image({ text }));
  const blobKey = (digest: string) => {
    const hex = digest.slice('sha256:'.length);
    return `docker/registry/v2/blobs/sha256/${hex.slice(0, 2)}/${hex}/data`;
  };

  /** Pushes an image whose manifest is `body` in the store; undefined for one that is not there. */
  function pushBroken(name: string, body: string | undefined): string {
    push(name, name);
    const key = blobKey(digestOfText(name));
    if (body === undefined) fixture.objects.delete(key);
    else fixture.objects.set(key, { body: Buffer.from(body), lastModifiedMs: 1 });
    return key;
  }

  test('is not read again while nothing of it has changed, and is counted and named all the same', async () => {
    pushBroken('bad/missing', undefined);
    pushBroken('bad/json', 'not JSON');
    pushBroken('bad/empty', '');
    pushBroken('bad/large', 'x'.repeat(4 * 1024 * 1024 + 1));
    const skipped = { errorCount: 4, faultCounts: { Missing: 1, Malformed: 2, TooLarge: 1 } };
    expect(await resync()).toMatchObject({ report: { added: 4, ...skipped } });
    storage.requests.gets = 0;
    const before = revisions();
    for (let time = 1; time <= 2; time += 1) {
      const end = await resync();
      expect(end).toMatchObject({ outcome: 'ended', report: { ...nothing, ...skipped } });
      const faults = 'report' in end ? end.report.faults : [];
      expect(faults?.map(({ key }) => key.split('@')[0]).sort()).toEqual([
        'bad/empty',
        'bad/json',
        'bad/large',
        'bad/missing',
      ]);
    }
    expect(storage.requests.gets).toBe(0);
    expect(revisions()).toEqual(before);
  });

  test('is read again when what was missing has come, and no other is', async () => {
    const key = pushBroken('bad/missing', undefined);
    pushBroken('bad/other', undefined);
    await resync();
    storage.requests.gets = 0;
    fixture.objects.set(key, { body: Buffer.from(fixture.image({ text: 'bad/missing' })), lastModifiedMs: 2 });
    expect(await resync()).toMatchObject({ report: { ...nothing, changed: 1, errorCount: 1 } });
    expect(storage.requests.gets).toBe(2);
    expect(stored('bad/missing')?.record.labels).toEqual({ text: 'bad/missing' });
    storage.requests.gets = 0;
    expect(await resync()).toMatchObject({ report: { ...nothing, errorCount: 1 } });
    expect(storage.requests.gets).toBe(0);
  });

  test('because the store denies it is tried again after a week, once', async () => {
    const key = pushBroken('bad/denied', 'secret');
    const denied: StoredBytes = { kind: 'unreadable', refusal: 'Denied', reason: 'no' };
    const get: ObjectStorage['get'] = async (wanted, maxBytes, stop) => {
      const read = await storage.get(wanted, maxBytes, stop);
      return wanted === key ? denied : read;
    };
    const layout = createV2Layout({ storage: { ...storage, get }, rootDirectory: '', now: () => ++clock });
    const denying = { layout, artefacts: createArtefactReader(layout) };
    const look = async () => {
      storage.requests.gets = 0;
      const end = await resync(denying);
      expect(end).toMatchObject({ outcome: 'ended', report: { errorCount: 1, faultCounts: { Denied: 1 } } });
      return storage.requests.gets;
    };
    expect(await look()).toBe(1);
    expect(await look()).toBe(0);
    clock += 7 * 24 * 60 * 60_000;
    expect(await look()).toBe(1);
    expect(await look()).toBe(0);
  });

  test('is forgotten with the tag that pointed to it', async () => {
    pushBroken('bad/json', 'not JSON');
    await resync();
    push('bad/json', 'good');
    expect(await resync()).toMatchObject({ report: { ...nothing, changed: 1, errorCount: 0, faults: [] } });
    expect(await resync()).toMatchObject({ report: { ...nothing, errorCount: 0, faultCounts: {} } });
  });

  test('may be looked for without the right to list blobs: then it stays as it is', async () => {
    pushBroken('bad/missing', undefined);
    await resync();
    const list: ObjectStorage['list'] = async (request, stop) => {
      if (request.prefix.includes('blobs'))
        throw new ServiceError({ kind: 'denied', reason: 'AccessDenied', message: '' });
      return storage.list(request, stop);
    };
    const layout = createV2Layout({ storage: { ...storage, list }, rootDirectory: '', now: () => ++clock });
    expect(await resync({ layout })).toMatchObject({ outcome: 'ended', report: { ...nothing, errorCount: 1 } });
  });
});

test('a repository of which a chunk is lost is read again', async () => {
  const damaged = stored('team1/app-01');
  if (damaged) options.records.stored.set('team1/app-01', { ...damaged, lostTags: true });
  const headers: ResyncOptions['headers'] = async function* (stop) {
    for await (const page of options.headers(stop))
      yield page.map((each) =>
        each.kind === 'record' && each.name === 'team1/app-01' ? { ...each, chunks: ['team1/app-01#lost'] } : each,
      );
  };
  expect(await resync({ headers })).toMatchObject({ report: { ...nothing, changed: 1 } });
  expect(stored('team1/app-01')).toMatchObject({ revision: 2 });
  expect(stored('team1/app-01')?.lostTags).toBeUndefined();
});

describe('records of another reader', () => {
  const forget = (name: string, reader: number | undefined) => {
    const record = stored(name);
    if (record) options.records.stored.set(name, { ...record, reader, record: { ...record.record, title: 'Old' } });
  };

  test('that are older are read anew once, after what has changed', async () => {
    for (const name of NAMES.slice(0, 10)) forget(name, undefined);
    push('team0/new', 'new');
    const order: string[] = [];
    options.records.beforeWrite((name) => order.push(name));
    const end = await resync({ artefacts: createArtefactReader(options.layout) });
    expect(end).toMatchObject({ report: { ...nothing, added: 1, reread: 10, requests: { rereadGets: 2 } } });
    expect(order[0]).toBe('team0/new');
    for (const name of NAMES.slice(0, 10)) {
      expect(stored(name)).toMatchObject({ reader: READER_VERSION, revision: 2 });
      expect(stored(name)?.record.title).toBeUndefined();
    }
    storage.requests.gets = 0;
    const before = revisions();
    expect(await resync()).toMatchObject({ report: { ...nothing, reread: 0, requests: { rereadGets: 0 } } });
    expect(storage.requests.gets).toBe(0);
    expect(revisions()).toEqual(before);
  });

  test('are read by a quarter of the requests that what has changed may take', async () => {
    for (const name of NAMES) forget(name, 0);
    let underWay = 0;
    let most = 0;
    const { layout } = options;
    const counted: Layout = {
      ...layout,
      async listRepository(name, stop) {
        underWay += 1;
        most = Math.max(most, underWay);
        await new Promise((resolve) => setImmediate(resolve));
        underWay -= 1;
        return layout.listRepository(name, stop);
      },
    };
    expect(await resync({ layout: counted, concurrency: 8 })).toMatchObject({ report: { reread: 30 } });
    expect(most).toBe(2);
  });

  test('that are newer stay as they are', async () => {
    for (const name of NAMES) forget(name, READER_VERSION + 1);
    const before = revisions();
    expect(await resync()).toMatchObject({ report: { ...nothing, reread: 0 } });
    expect(storage.requests.gets).toBe(0);
    expect(revisions()).toEqual(before);
  });

  test('are gone on with where a resync before was broken off', async () => {
    for (const name of NAMES) forget(name, 0);
    let writes = 0;
    options.records.beforeWrite(() => {
      writes += 1;
      if (writes === 13) throw new ServiceError({ kind: 'terminal', reason: 'Broken', message: '' });
    });
    expect(await resync({ concurrency: 4 })).toMatchObject({ outcome: 'failed', report: { reread: 12 } });
    expect(await resync()).toMatchObject({ outcome: 'ended', report: { ...nothing, reread: 18 } });
    expect(await resync()).toMatchObject({ outcome: 'ended', report: { ...nothing, reread: 0 } });
  });
});

describe('a repository that the walk did not meet', () => {
  test('stays when a listing of its own finds it', async () => {
    const blind: Layout = {
      ...options.layout,
      async *scanFingerprints(range, signal) {
        for await (const item of options.layout.scanFingerprints(range, signal))
          if (item.kind !== 'repository' || item.listing.name !== 'team1/app-01') yield item;
      },
    };
    expect(await resync({ layout: blind })).toMatchObject({ outcome: 'ended', report: nothing });
    expect(living()).toBe(30);
  });

  test('stays when it is there, but none of its tags can be read', async () => {
    const before = stored('team1/app-01');
    for (const [key, object] of fixture.objects)
      if (key.includes('team1/app-01/') && key.endsWith('current/link'))
        fixture.objects.set(key, { ...object, body: Buffer.from('damaged') });
    const skipped = { errorCount: 1, faultCounts: { InvalidLink: 1 } };
    expect(await resync()).toMatchObject({ outcome: 'ended', report: { ...nothing, ...skipped } });
    expect(stored('team1/app-01')?.record).toEqual(before?.record);
    storage.requests.gets = 0;
    const revisionsBefore = revisions();
    expect(await resync()).toMatchObject({ outcome: 'ended', report: { ...nothing, ...skipped } });
    expect(storage.requests.gets).toBe(0);
    expect(revisions()).toEqual(revisionsBefore);
  });

  test('is removed with others as long as they are few', async () => {
    for (const name of NAMES.slice(0, 20)) fixture.remove(name);
    expect(await resync()).toMatchObject({ report: { ...nothing, removed: 20 } });
    expect(living()).toBe(10);
  });

  test('stays when they are many, until that very finding is confirmed', async () => {
    for (const name of NAMES.slice(0, 21)) fixture.remove(name);
    const found = await resync();
    expect(found).toMatchObject({
      outcome: 'ended',
      report: { removed: 0, withheld: { gone: 21, of: 30, confirmation: expect.any(String) } },
    });
    expect(living()).toBe(30);
    const confirmation = 'report' in found ? found.report.withheld?.confirmation : undefined;
    expect(await resync({ confirmation: 'another' })).toMatchObject({ report: { removed: 0, withheld: { gone: 21 } } });
    expect(await resync({ confirmation })).toMatchObject({ report: { ...nothing, removed: 21 } });
    expect(living()).toBe(9);
  });

  test('stays when it was confirmed for others', async () => {
    for (const name of NAMES.slice(0, 21)) fixture.remove(name);
    const found = await resync();
    const confirmation = 'report' in found ? found.report.withheld?.confirmation : undefined;
    fixture.remove(NAMES[21] ?? '');
    expect(await resync({ confirmation })).toMatchObject({ report: { removed: 0, withheld: { gone: 22 } } });
    expect(living()).toBe(30);
  });

  test('stays when it is many together with what events have removed in the last hour', async () => {
    for (const name of NAMES.slice(0, 6)) fixture.remove(name);
    const removedBefore = (count: number) => ({
      events: createMemoryEvents({ removals: [{ sinceMs: clock, count }] }),
    });
    expect(await resync(removedBefore(15))).toMatchObject({ report: { removed: 0, withheld: { gone: 6, of: 30 } } });
    clock += 2 * 60 * 60_000;
    expect(await resync(removedBefore(14))).toMatchObject({ report: { ...nothing, removed: 6 } });
  });

  test('stays when all of the storage is gone, however few there were', async () => {
    for (const [name] of [...options.records.stored].slice(3)) options.records.stored.delete(name);
    fixture.objects.clear();
    expect(await resync()).toMatchObject({ report: { removed: 0, withheld: { gone: 3, of: 3 } } });
    expect(living()).toBe(3);
  });

  test('is removed when it was the last one and its registry is still there', async () => {
    for (const [name] of [...options.records.stored].slice(1)) options.records.stored.delete(name);
    for (const key of fixture.objects.keys()) if (key.includes('_manifests/tags/')) fixture.objects.delete(key);
    expect(await resync()).toMatchObject({ report: { ...nothing, removed: 1 } });
  });
});

describe('a resync that meets trouble', () => {
  const failure = (kind: 'retryable' | 'terminal') =>
    new ServiceError({ kind, reason: 'Trouble', message: 'the bucket is in trouble' });

  /** The layout, of which each walk fails with what `trouble` gives, after its first repository. */
  function troubled(trouble: () => Error | undefined): Layout {
    return {
      ...options.layout,
      async *scanFingerprints(range, signal) {
        for await (const item of options.layout.scanFingerprints(range, signal)) {
          yield item;
          const error = trouble();
          if (error) throw error;
        }
      },
    };
  }

  test('goes on after what passes by itself, and counts a repair once', async () => {
    push('team0/app-00', 'second');
    let left = 3;
    const layout = troubled(() => (left-- > 0 ? failure('retryable') : undefined));
    expect(await resync({ layout })).toMatchObject({
      outcome: 'ended',
      report: { ...nothing, changed: 1, repositories: 30 },
    });
  });

  test('removes nothing when it could not see all, and says why', async () => {
    fixture.remove('team2/app-29');
    const layout = troubled(() => failure('terminal'));
    expect(await resync({ layout })).toMatchObject({
      outcome: 'failed',
      failure: { reason: 'Trouble' },
      report: { removed: 0, failure: { reason: 'Trouble', message: 'the bucket is in trouble' } },
    });
    expect(living()).toBe(30);
  });

  test('begun anew has only the rest to do', async () => {
    push('team0/app-00', 'second');
    push('team2/app-29', 'second');
    await resync({ layout: troubled(() => failure('terminal')) });
    await resync();
    expect(revisions().filter((revision) => revision === 2)).toHaveLength(2);
  });

  test('ends when another build of the tables begins, before it removes anything', async () => {
    fixture.remove('team2/app-29');
    const assertCurrent = async () => {
      throw new ServiceError({ kind: 'conflict', reason: 'EpochOver', message: 'over' });
    };
    expect(await resync({ assertCurrent })).toEqual({ outcome: 'superseded' });
    expect(living()).toBe(30);
  });

  test('ends when a record is of a later build', async () => {
    push('team0/app-00', 'second');
    const seen = stored('team0/app-00');
    if (seen) options.records.stored.set('team0/app-00', { ...seen, epoch: 2 });
    expect(await resync()).toEqual({ outcome: 'superseded' });
    expect(stored('team0/app-00')).toMatchObject({ epoch: 2, revision: 1 });
  });

  test('ends when it is stopped, and leaves no report', async () => {
    const stopping = new AbortController();
    const layout = troubled(() => {
      stopping.abort();
      return undefined;
    });
    expect(await runResync({ ...options, layout }, stopping.signal)).toEqual({ outcome: 'stopped' });
  });
});

describe('gaps in the events', () => {
  const gapOf = (number: number) => ({ reason: 'QueueFull' as const, number, count: 1, atMs: 1 });

  test('that were there before a resync are closed when it has ended, later ones stay open', async () => {
    const events = createMemoryEvents({ gaps: [gapOf(4)], closedGaps: 2 });
    const { layout } = options;
    const meanwhile: Layout = {
      ...layout,
      scanFingerprints(range, signal) {
        events.report = { ...events.report, gaps: [gapOf(5)] };
        return layout.scanFingerprints(range, signal);
      },
    };
    await resync({ events, layout: meanwhile });
    expect(events.report).toMatchObject({ gaps: [{ number: 5 }], closedGaps: 4 });
    await resync({ events });
    expect(events.report.closedGaps).toBe(5);
  });

  test('stay open when a resync could not see all', async () => {
    const events = createMemoryEvents({ gaps: [gapOf(4)] });
    const assertCurrent = async () =>
      Promise.reject(new ServiceError({ kind: 'terminal', reason: 'T', message: 'no' }));
    fixture.remove('team2/app-29');
    expect(await resync({ events, assertCurrent })).toMatchObject({ outcome: 'failed' });
    expect(events.report.closedGaps).toBe(0);
  });
});
