import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type FailureKind, ServiceError } from '../../../../src/aws/errors.ts';
import { progressOf } from '../../../../src/dynamodb/state/progress.ts';
import { createArtefactReader } from '../../../../src/indexer/artefacts/reader.ts';
import { type BackfillOptions, runBackfill } from '../../../../src/indexer/backfill/backfill.ts';
import type { BackfillReport } from '../../../../src/indexer/backfill/report.ts';
import type { Layout, WalkItem } from '../../../../src/storage/layout.ts';
import type { ObjectStorage } from '../../../../src/storage/object-storage.ts';
import { createV2Layout } from '../../../../src/storage/v2/layout.ts';
import { createLogger } from '../../../../src/telemetry/log.ts';
import { createMemoryRanges, type MemoryRanges } from '../../../support/index/memory-index.ts';
import { createMemoryStorage } from '../../../support/registry/memory-storage.ts';
import { createRegistryFixture, indexerOn } from '../../../support/registry/registry-fixture.ts';
import { digestOf, type Objects, put } from '../../../support/registry/registry-model.ts';

const running = new AbortController().signal;
const ROOT = 'docker/registry/v2/repositories/';

/** A registry of so many repositories of one or two tags, in three teams. */
function registryOf(count: number) {
  const fixture = createRegistryFixture();
  const content = fixture.image({ team: 'a' });
  const tag = (name: string) => ({ name, content, pushedAtMs: 5 });
  const names = Array.from({ length: count }, (_, at) => `team${at % 3}/app-${at}`);
  for (const [at, name] of names.entries())
    fixture.write({ name, tags: at % 2 ? [tag('latest')] : [tag('latest'), tag('v1')] });
  return { fixture, names, tags: count + Math.ceil(count / 2) };
}

type Setup = BackfillOptions & ReturnType<typeof indexerOn> & { readonly ranges: MemoryRanges };

function setUp(objects: Objects): Setup {
  return {
    ...indexerOn(objects, 50),
    ranges: createMemoryRanges(),
    worker: { index: 0, count: 1 },
    concurrency: 8,
    now: () => 0,
    log: createLogger({ level: 'silent' }),
    retry: { baseMs: 0, capMs: 0, patienceMs: 1_000 },
  };
}

const totals = ({ ranges }: Setup) => progressOf(ranges.plan, [...ranges.progress.values()]);
const indexed = ({ records }: Setup) =>
  [...records.stored].flatMap(([name, { deleted }]) => (deleted ? [] : [name])).sort();

/** The layout, but `before` runs ahead of each listing, page of a walk, name list and blob, and may throw. */
function interrupted(layout: Layout, before: (what: 'walk' | 'names' | 'blob') => void): Layout {
  async function* guarded<T>(what: 'walk' | 'names', source: AsyncIterable<T>) {
    before(what);
    for await (const item of source) {
      yield item;
      before(what);
    }
  }
  return {
    walk: (range, signal) => guarded('walk', layout.walk(range, signal)),
    scanFingerprints: (range, signal) => layout.scanFingerprints(range, signal),
    listNames: (signal) => guarded('names', layout.listNames(signal)),
    listRepository: (name, signal) => layout.listRepository(name, signal),
    lookAtTag: (question, signal) => layout.lookAtTag(question, signal),
    findBlobs: (digests, signal) => layout.findBlobs(digests, signal),
    readBlob(digest, maxBytes, signal) {
      before('blob');
      return layout.readBlob(digest, maxBytes, signal);
    },
  };
}

function failure(kind: FailureKind, reason: string): ServiceError {
  return new ServiceError({ kind, reason, message: `${reason}: bucket my-registry` });
}

describe('a backfill', () => {
  test('indexes every repository', async () => {
    const { fixture, names, tags } = registryOf(400);
    const setup = setUp(fixture.objects);
    const { outcome, report } = await runBackfill(setup, running);
    expect(outcome).toBe('complete');
    expect(report).toMatchObject({ percent: 100, repositories: 400, tags, errorCount: 0, state: 'done' });
    expect(indexed(setup)).toEqual(names.toSorted());
    expect(setup.records.stored.get('team0/app-0')).toMatchObject({
      epoch: 1,
      deleted: false,
      record: { labels: { team: 'a' }, platforms: ['linux/amd64'], types: ['image'] },
    });
  });

  test('is shared by workers, each of which does its own ranges by what the first has counted', async () => {
    const { fixture, names, tags } = registryOf(1_000);
    const setup = setUp(fixture.objects);
    let counts = 0;
    const layout = interrupted(setup.layout, (what) => {
      if (what === 'names') counts += 1;
    });
    const run = (index: number) => runBackfill({ ...setup, layout, worker: { index, count: 3 } }, running);
    for (const { outcome, report } of await Promise.all([2, 0, 1].map(run)))
      expect({ outcome, percent: report.percent }).toEqual({ outcome: 'complete', percent: 100 });
    expect(counts).toBe(1 + names.length);
    expect(indexed(setup)).toEqual(names.toSorted());
    expect(totals(setup)).toMatchObject({ state: 'done', repositories: 1_000, tags });
    expect(setup.ranges.progress.size).toBe(7);
  });

  test('of an empty registry is complete', async () => {
    const setup = setUp(new Map());
    expect(await runBackfill(setup, running)).toMatchObject({ outcome: 'complete', report: { percent: 100 } });
    expect(totals(setup)).toMatchObject({ state: 'done', repositories: 0 });
  });

  test('leaves a worker without ranges nothing to do', async () => {
    const { fixture } = registryOf(10);
    const worker = { index: 5, count: 8 };
    const setup = setUp(fixture.objects);
    await setup.ranges.agreePlan({ epoch: 1, boundaries: [], counts: [10] }, running);
    expect(await runBackfill({ ...setup, worker }, running)).toMatchObject({ outcome: 'complete' });
    expect(indexed(setup)).toEqual([]);
  });

  test('tells how far it is, and how fast', async () => {
    const { fixture } = registryOf(300);
    let clock = 0;
    const reports: BackfillReport[] = [];
    const setup = setUp(fixture.objects);
    const now = () => {
      clock += 100;
      return clock;
    };
    await runBackfill({ ...setup, now, onProgress: (report) => reports.push(report) }, running);
    const percents = reports.map(({ percent }) => percent);
    expect(percents).toEqual(percents.toSorted((a, b) => a - b));
    expect(percents.length).toBeGreaterThan(3);
    expect(reports.at(-1)).toMatchObject({ percent: 100, repositories: 300, state: 'done' });
    expect(reports.at(-1)?.repositoriesPerSecond).toBeGreaterThan(0);
  });

  test('has no more repositories under way than two for each request, however fast the listing is', async () => {
    let listed = 0;
    let read = 0;
    let most = 0;
    const setup = setUp(new Map());
    const layout: Layout = {
      ...setup.layout,
      async *walk(): AsyncGenerator<WalkItem> {
        for (; listed < 2_000; listed += 1) {
          most = Math.max(most, listed - read);
          const tags = [{ name: 'latest', digest: digestOf(`${listed}`), pushedAtMs: 1 }];
          yield {
            kind: 'repository',
            listing: {
              name: `app${listed}`,
              isPrivate: false,
              listedAtMs: 1,
              fingerprint: 'f',
              hasTags: true,
              tags,
              unread: [],
              faults: [],
            },
          };
        }
      },
      async readBlob() {
        await new Promise((resolve) => setImmediate(resolve));
        read += 1;
        return { kind: 'missing' };
      },
    };
    const artefacts = createArtefactReader(layout);
    const { report } = await runBackfill({ ...setup, layout, artefacts, concurrency: 16 }, running);
    expect(report).toMatchObject({ repositories: 2_000, errorCount: 2_000 });
    expect(most).toBeLessThanOrEqual(32);
  });
});

describe('a backfill that was interrupted', () => {
  test('anywhere, and run again, ends with every repository indexed and counted once', async () => {
    const { fixture, names, tags } = registryOf(200);
    put(fixture.objects, `${ROOT}stray.txt`, '');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 150 }), { maxLength: 4 }), async (stops) => {
        const setup = setUp(fixture.objects);
        for (const after of stops) {
          const stop = new AbortController();
          let left = after;
          const layout = interrupted(setup.layout, () => {
            left -= 1;
            if (left === 0) stop.abort();
            stop.signal.throwIfAborted();
          });
          const { outcome } = await runBackfill({ ...setup, layout }, stop.signal);
          expect(outcome).toBe(stop.signal.aborted ? 'stopped' : 'complete');
        }
        expect(await runBackfill(setup, running)).toMatchObject({ outcome: 'complete' });
        expect(indexed(setup)).toEqual(names.toSorted());
        expect(totals(setup)).toMatchObject({ state: 'done', repositories: 200, tags, errorCount: 1 });
      }),
      { numRuns: 40 },
    );
  });

  test('by failures that pass, goes on by itself, and counts what it skips once', async () => {
    const { fixture, names } = registryOf(200);
    for (let stray = 0; stray < 10; stray += 1) put(fixture.objects, `${ROOT}team1/zz-${stray}`, '');
    const setup = setUp(fixture.objects);
    let calls = 0;
    const layout = interrupted(setup.layout, (what) => {
      if (what === 'walk') calls += 1;
      if (what === 'walk' && calls % 17 === 0) throw failure('retryable', 'Throttled');
    });
    expect(await runBackfill({ ...setup, layout }, running)).toMatchObject({ outcome: 'complete' });
    expect(indexed(setup)).toEqual(names.toSorted());
    expect(totals(setup)).toMatchObject({ repositories: 200, errorCount: 10 });
  });

  test('tells at once what it waits for, and takes it back when it goes on', async () => {
    const { fixture } = registryOf(20);
    const setup = setUp(fixture.objects);
    const calls = { names: 0, walk: 0, blob: 0 };
    const told: unknown[] = [];
    const layout = interrupted(setup.layout, (what) => {
      const { state, failure: delay } = totals(setup);
      const telling = `${state} ${delay?.reason}`;
      if (told.at(-1) !== telling) told.push(telling);
      calls[what] += 1;
      if (what === 'names' && calls.names === 1) throw failure('retryable', 'EndpointUnknown');
      if (what === 'walk' && calls.walk === 10) throw failure('retryable', 'Throttled');
    });
    expect(await runBackfill({ ...setup, layout, concurrency: 1 }, running)).toMatchObject({ outcome: 'complete' });
    expect(told).toEqual([
      'planning undefined',
      'planning EndpointUnknown',
      'running undefined',
      'running Throttled',
      'running undefined',
    ]);
    expect(totals(setup)).toMatchObject({ state: 'done', failure: undefined });
  });

  test('while the ranges were planned, plans them anew instead of going on with less', async () => {
    const { fixture } = registryOf(400);
    const setup = setUp(fixture.objects);
    const layout = interrupted(setup.layout, () => {
      throw failure('denied', 'AccessDenied');
    });
    await runBackfill({ ...setup, layout }, running);
    await runBackfill(setup, running);
    expect(setup.ranges.plan).toMatchObject({ counts: [133, 134, 133] });
  });

  test('does not read again what is done', async () => {
    const { fixture } = registryOf(200);
    const setup = setUp(fixture.objects);
    await runBackfill(setup, running);
    setup.records.stored.clear();
    expect(await runBackfill(setup, running)).toMatchObject({ outcome: 'complete', report: { repositories: 200 } });
    expect(indexed(setup)).toEqual([]);
  });

  test('finds the records of the worker before it, and does not mind', async () => {
    const { fixture } = registryOf(20);
    const setup = setUp(fixture.objects);
    await runBackfill(setup, running);
    setup.ranges.progress.clear();
    expect(await runBackfill(setup, running)).toMatchObject({ outcome: 'complete', report: { repositories: 20 } });
    expect(setup.records.stored.get('team0/app-0')).toMatchObject({ revision: 1 });
  });
});

describe('a backfill that cannot go on', () => {
  const cases: [FailureKind, string][] = [
    ['notFound', 'BucketNotFound'],
    ['denied', 'AccessDenied'],
    ['terminal', 'WrongRegion'],
  ];

  test.each(cases)(
    'from the start, because of a failure that is %s, says so, and goes on when it is mended',
    async (kind, reason) => {
      const { fixture, names } = registryOf(200);
      const setup = setUp(fixture.objects);
      const layout = interrupted(setup.layout, () => {
        throw failure(kind, reason);
      });
      const summary = await runBackfill({ ...setup, layout }, running);
      expect(summary).toMatchObject({ outcome: 'failed', failure: { kind, reason } });
      expect(totals(setup)).toMatchObject({
        state: 'planning',
        failure: { reason, message: `${reason}: bucket my-registry` },
      });
      expect(await runBackfill(setup, running)).toMatchObject({ outcome: 'complete' });
      expect(indexed(setup)).toEqual(names.toSorted());
      expect(totals(setup)).toMatchObject({ state: 'done', failure: undefined });
    },
  );

  test.each(cases)('half-way, because of a failure that is %s, keeps what is done', async (kind, reason) => {
    const { fixture, names } = registryOf(600);
    const setup = setUp(fixture.objects);
    let walked = 0;
    const layout = interrupted(setup.layout, (what) => {
      if (what === 'walk') walked += 1;
      if (walked > 100) throw failure(kind, reason);
    });
    const { outcome, report } = await runBackfill({ ...setup, layout }, running);
    expect({ outcome, state: report.state }).toEqual({ outcome: 'failed', state: 'failed' });
    expect(totals(setup).repositories).toBeGreaterThan(50);
    expect(await runBackfill(setup, running)).toMatchObject({ outcome: 'complete' });
    expect(indexed(setup)).toEqual(names.toSorted());
    expect(totals(setup)).toMatchObject({ state: 'done', repositories: 600, failure: undefined });
  });

  test('tries for a while, and not for ever', async () => {
    const { fixture } = registryOf(20);
    const setup = setUp(fixture.objects);
    let clock = 0;
    const layout = interrupted(setup.layout, (what) => {
      clock += 100;
      if (what === 'blob') throw failure('retryable', 'EndpointUnreachable');
    });
    const artefacts = createArtefactReader(layout);
    const summary = await runBackfill({ ...setup, layout, artefacts, now: () => clock }, running);
    expect(summary).toMatchObject({ outcome: 'failed', failure: { reason: 'EndpointUnreachable' } });
    expect(totals(setup)).toMatchObject({ state: 'failed' });
  });

  test('because another build has begun, ends without a word in it', async () => {
    const { fixture } = registryOf(400);
    const setup = setUp(fixture.objects);
    let walked = 0;
    const layout = interrupted(setup.layout, (what) => {
      if (what === 'walk') walked += 1;
      if (walked === 100) setup.ranges.epoch = 2;
    });
    let clock = 0;
    const now = () => {
      clock += 500;
      return clock;
    };
    expect(await runBackfill({ ...setup, layout, now }, running)).toMatchObject({ outcome: 'superseded' });
    expect(indexed(setup).length).toBeLessThan(400);
    expect([...setup.ranges.progress.values()].every(({ epoch }) => epoch === 1)).toBe(true);
    expect(await runBackfill(setup, running)).toMatchObject({ outcome: 'superseded' });
  });

  test('because a record of a later build is there, ends too', async () => {
    const { fixture, names } = registryOf(20);
    const setup = setUp(fixture.objects);
    await runBackfill({ ...setup, epoch: 2, ranges: createMemoryRanges(2) }, running);
    expect(await runBackfill(setup, running)).toMatchObject({ outcome: 'superseded' });
    expect(names.map((name) => setup.records.stored.get(name)?.epoch)).toEqual(names.map(() => 2));
  });

  test('rejects with an error of our own making', async () => {
    const { fixture } = registryOf(20);
    const setup = setUp(fixture.objects);
    const layout = interrupted(setup.layout, (what) => {
      if (what === 'walk') throw new TypeError('a mistake');
    });
    await expect(runBackfill({ ...setup, layout }, running)).rejects.toThrow('a mistake');
  });
});

describe('a backfill that is denied to read', () => {
  /** A bucket with 30 repositories that have images of their own, where `isDenied` says which keys may not be read. */
  function deniedBy(isDenied: (key: string) => boolean) {
    const fixture = createRegistryFixture();
    for (let at = 0; at < 30; at += 1)
      fixture.write({
        name: `app-${at}`,
        tags: [{ name: 'latest', content: fixture.image({ at: `${at}` }), pushedAtMs: 5 }],
      });
    const storage = createMemoryStorage(fixture.objects);
    const guarded: ObjectStorage = {
      list: storage.list,
      async get(key, maxBytes, signal) {
        if (isDenied(key)) throw failure('denied', 'AccessDenied');
        return storage.get(key, maxBytes, signal);
      },
    };
    const layout = createV2Layout({ storage: guarded, rootDirectory: '', now: () => 1 });
    return { ...setUp(fixture.objects), layout, artefacts: createArtefactReader(layout) };
  }

  test('one object, skips it and names it', async () => {
    const content = createRegistryFixture().image({ at: '0' });
    const setup = deniedBy((key) => key === blobKeyOf(content));
    const { outcome, report } = await runBackfill(setup, running);
    expect(outcome).toBe('complete');
    expect(report).toMatchObject({ repositories: 30, errorCount: 1 });
    expect(report.faults).toMatchObject([
      {
        kind: 'Denied',
        key: `app-0@${digestOf(content)}`,
        reason: 'the manifest cannot be read: the credentials in use may not read it',
      },
    ]);
  });

  test('anything at all, fails without going past a repository, and has it all when that is granted', async () => {
    const denied = deniedBy(() => true);
    expect(await runBackfill(denied, running)).toMatchObject({
      outcome: 'failed',
      failure: { kind: 'denied', reason: 'AccessDenied' },
    });
    const { ranges, records } = denied;
    const { report } = await runBackfill({ ...deniedBy(() => false), ranges, records }, running);
    expect(report).toMatchObject({ repositories: 30, errorCount: 0 });
    expect(records.stored.get('app-7')?.record.labels).toEqual({ at: '7' });
  });
});

test('a backfill of a bucket with everything wrong in it indexes all else and names what it skipped', async () => {
  const { fixture, names } = registryOf(30);
  const { objects } = fixture;
  const latest = (name: string, content: string) =>
    fixture.write({ name, tags: [{ name: 'latest', content, pushedAtMs: 5 }] });
  put(objects, `${ROOT}team0/`, '');
  put(objects, `${ROOT}stray`, 'hello');
  put(objects, `${ROOT}bad/link/_manifests/tags/latest/current/link`, 'no digest');
  latest('bad/json', fixture.json('not an object'));
  latest('bad/large', 'x'.repeat(50_000_000));
  put(objects, blobKeyOf('x'.repeat(50_000_000)), 'x'.repeat(50_000_000));
  latest('bad/missing', 'never written');
  latest('odd/config', fixture.json({ config: { mediaType: 'application/x-odd', digest: digestOf('odd') } }));
  latest('Bad/Name', fixture.image({}));
  const long = `${'a'.repeat(127)}/${'b'.repeat(127)}`;
  latest(long, fixture.image({}));
  latest(`${long}b`, fixture.image({}));

  const setup = setUp(objects);
  const { outcome, report } = await runBackfill(setup, running);
  expect(outcome).toBe('complete');
  expect(indexed(setup)).toEqual([...names, 'bad/json', 'bad/large', 'bad/missing', 'odd/config', long].sort());
  expect(report.errorCount).toBe(7);
  expect(report.faultCounts).toEqual({
    Foreign: 1,
    InvalidName: 2,
    InvalidLink: 1,
    Missing: 1,
    Malformed: 1,
    TooLarge: 1,
  });
  expect(Object.fromEntries(report.faults.map(({ key, reason }) => [key, reason]))).toEqual({
    'Bad/Name': 'the name of the repository is outside the grammar',
    [`${long}b`]: 'the name of the repository is outside the grammar',
    [`bad/json@${digestOf('"not an object"')}`]: 'the manifest is not a JSON object',
    [`bad/large@${digestOf('x'.repeat(50_000_000))}`]: 'the manifest is too large: 50000000 bytes',
    [`bad/missing@${digestOf('never written')}`]: 'the manifest is missing',
    [`${ROOT}bad/link/_manifests/tags/latest/current/link`]: 'the link does not hold a digest',
    [`${ROOT}stray`]: 'not a file of a registry',
  });
});

function blobKeyOf(content: string): string {
  const hex = digestOf(content).slice('sha256:'.length);
  return `docker/registry/v2/blobs/sha256/${hex.slice(0, 2)}/${hex}/data`;
}
