import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { progressOf } from '../../../../src/dynamodb/state/progress.ts';
import { createArtefactReader } from '../../../../src/indexer/artefacts/reader.ts';
import { type BackfillOptions, runBackfill } from '../../../../src/indexer/backfill/backfill.ts';
import { refreshRepository } from '../../../../src/indexer/repository/refresh.ts';
import { createV2Layout } from '../../../../src/storage/v2/layout.ts';
import { createLogger } from '../../../../src/telemetry/log.ts';
import { createMemoryRanges, createMemoryRecords, type MemoryRanges } from '../../../support/index/memory-index.ts';
import { createMemoryStorage } from '../../../support/registry/memory-storage.ts';
import {
  createRegistryFixture,
  type FixtureIndexer,
  indexerOn,
  type RegistryFixture,
} from '../../../support/registry/registry-fixture.ts';
import { digestOf, type ModelTag, type Objects } from '../../../support/registry/registry-model.ts';

const running = new AbortController().signal;
const TITLE = 'org.opencontainers.image.title';
const tag = (name: string, content: string, pushedAtMs = 5): ModelTag => ({ name, content, pushedAtMs });

type Setup = BackfillOptions & FixtureIndexer & { readonly ranges: MemoryRanges };

function setUp(objects: Objects, shared: Partial<Setup> = {}): Setup {
  return {
    ...indexerOn(objects),
    ranges: createMemoryRanges(),
    worker: { index: 0, count: 1 },
    concurrency: 8,
    now: () => 0,
    log: createLogger({ level: 'silent' }),
    retry: { baseMs: 0, capMs: 0, patienceMs: 1_000 },
    ...shared,
  };
}

/** The same tables, read by a process that remembers nothing. */
function anotherProcess(fixture: RegistryFixture, { ranges, records }: Setup): Setup {
  return setUp(fixture.objects, { ranges, records });
}

/** Images of several platforms, charts, legacy images, referrers under ordinary tags and a broken manifest. */
function mixedRegistry(count = 12) {
  const fixture = createRegistryFixture();
  const { image, json } = fixture;
  const platform = (architecture: string) => ({ platform: { os: 'linux', architecture } });
  const config = (mediaType: string, value: unknown) => ({ mediaType, digest: digestOf(json(value)) });
  for (let at = 0; at < count; at += 1) {
    const name = `team${at % 3}/app-${at}`;
    const amd = image({ at: `${at}` });
    const arm = image({ at: `${at}` }, 'linux/arm64');
    const both = json({
      manifests: [
        { digest: digestOf(amd), ...platform('amd64') },
        { digest: digestOf(arm), ...platform('arm64') },
      ],
    });
    const chart = json({ config: config('application/vnd.cncf.helm.config.v1+json', { name, version: `${at}` }) });
    const v1Compatibility = JSON.stringify({ os: 'linux', architecture: '386', config: { Labels: { old: 'yes' } } });
    const legacy = json({ schemaVersion: 1, name, history: [{ v1Compatibility }] });
    const signature = json({ artifactType: 'application/x-cosign', subject: { digest: digestOf(amd) }, at });
    fixture.write({
      name,
      tags: [
        tag('latest', both, 9),
        tag('1.0.0', amd, 1),
        tag('1.0.0-arm', arm, 2),
        tag('chart', chart, 3),
        tag('old', legacy, 4),
        tag('signed', signature, 8),
        ...(at === 7 ? [tag('broken', 'never written', 6)] : []),
      ],
    });
  }
  return { fixture, names: Array.from({ length: count }, (_, at) => `team${at % 3}/app-${at}`) };
}

const platformsOf = ({ records }: Setup, name: string) =>
  Object.fromEntries((records.stored.get(name)?.record.tags ?? []).map((it) => [it.name, it.platforms?.join(' ')]));

/** All that is stored, but for times and revisions. */
function contents({ records }: Setup) {
  return [...records.stored.values()]
    .map(({ record, manifests, fingerprint, deleted }) => ({ record, manifests, fingerprint, deleted }))
    .sort((a, b) => (a.record.name < b.record.name ? -1 : 1));
}

const totals = ({ ranges }: Setup) => progressOf(ranges.plan, [...ranges.progress.values()]);

/** Calls `then` once, when all ranges have come through their first pass. */
function betweenPasses(setup: Setup, then: () => void): void {
  const { readWorklist } = setup.ranges;
  let called = false;
  setup.ranges.readWorklist = async (range, signal) => {
    if (!called) then();
    called = true;
    return readWorklist(range, signal);
  };
}

describe('the first pass', () => {
  test('makes every repository searchable with the text and platforms of its best tag, before the second begins', async () => {
    const { fixture, names } = mixedRegistry();
    const setup = setUp(fixture.objects);
    const seen: unknown[] = [];
    betweenPasses(setup, () => {
      seen.push(totals(setup), [...setup.records.stored.keys()].sort(), platformsOf(setup, 'team0/app-0'));
    });
    await runBackfill(setup, running);
    expect(seen).toEqual([
      expect.objectContaining({ state: 'running', searchable: true, repositories: 12, percent: 50 }),
      names.toSorted(),
      expect.objectContaining({ latest: 'linux/amd64 linux/arm64', old: undefined }),
    ]);
  });

  test('is all there is for repositories whose tags are one manifest', async () => {
    const fixture = createRegistryFixture();
    const content = fixture.image({});
    for (let at = 0; at < 30; at += 1)
      fixture.write({ name: `app-${at}`, tags: [tag('latest', content), tag(`1.${at}`, content)] });
    const setup = setUp(fixture.objects);
    expect(await runBackfill(setup, running)).toMatchObject({ outcome: 'complete', report: { percent: 100 } });
    expect(setup.ranges.worklists.size).toBe(0);
    expect(new Set([...setup.records.stored.values()].map(({ revision }) => revision))).toEqual(new Set([1]));
    expect(setup.storage.requests.gets).toBe(2);
  });
});

describe('the second pass', () => {
  test('adds the platforms and types of every tag', async () => {
    const { fixture } = mixedRegistry();
    const setup = setUp(fixture.objects);
    const { outcome, report } = await runBackfill(setup, running);
    expect({ outcome, ...report }).toMatchObject({ outcome: 'complete', percent: 100, tags: 73, errorCount: 1 });
    expect(platformsOf(setup, 'team1/app-7')).toEqual({
      '1.0.0': 'linux/amd64',
      '1.0.0-arm': 'linux/arm64',
      broken: '',
      chart: '',
      latest: 'linux/amd64 linux/arm64',
      old: 'linux/386',
      signed: '',
    });
    expect(setup.records.stored.get('team0/app-0')).toMatchObject({
      revision: 2,
      record: { labels: { at: '0' }, types: ['image', 'helm'], referrers: ['signature'], pushedAtMs: 9 },
    });
  });

  test('gives the same records as re-reading each of the repositories', async () => {
    const { fixture, names } = mixedRegistry();
    const setup = setUp(fixture.objects);
    await runBackfill(setup, running);
    const reread = setUp(fixture.objects);
    for (const name of names) await refreshRepository(reread, name, running);
    expect(contents(reread)).toEqual(contents(setup));
  });

  test('lists nothing, and reads no manifest and no config twice', async () => {
    const { fixture } = mixedRegistry();
    const reads = new Map<string, number>();
    const storage = createMemoryStorage(fixture.objects);
    const counted = {
      ...storage,
      get: async (key: string, maxBytes: number, signal: AbortSignal) => {
        reads.set(key, (reads.get(key) ?? 0) + 1);
        return storage.get(key, maxBytes, signal);
      },
    };
    const layout = createV2Layout({ storage: counted, rootDirectory: '', now: () => 1 });
    const setup = setUp(fixture.objects, { layout, artefacts: createArtefactReader(layout) });
    let lists = 0;
    betweenPasses(setup, () => {
      lists = storage.requests.lists;
    });
    await runBackfill(setup, running);
    expect(storage.requests.lists).toBe(lists);
    expect([...reads].filter(([, times]) => times > 1)).toEqual([]);
  });

  test('reads what a process before it has not read, and nothing else', async () => {
    const fixture = createRegistryFixture();
    const latest = fixture.image({ v: 'latest' });
    const arm = fixture.image({ v: 'arm' }, 'linux/arm64');
    fixture.write({ name: 'app', tags: [tag('latest', latest), tag('arm', arm), tag('again', arm)] });
    const setup = setUp(fixture.objects);
    const stop = new AbortController();
    betweenPasses(setup, () => stop.abort());
    expect(await runBackfill(setup, stop.signal)).toMatchObject({ outcome: 'stopped' });
    const next = anotherProcess(fixture, setup);
    expect(await runBackfill(next, running)).toMatchObject({ outcome: 'complete' });
    expect(next.storage.requests).toEqual({ lists: 0, gets: 2 });
    expect(platformsOf(setup, 'app')).toEqual({ again: 'linux/arm64', arm: 'linux/arm64', latest: 'linux/amd64' });
  });

  test('walks again where the first was taken over half-way', async () => {
    const { fixture, names } = mixedRegistry(40);
    const setup = setUp(fixture.objects, indexerOn(fixture.objects, 50));
    const stop = new AbortController();
    setup.records.beforeWrite(() => {
      if (setup.records.stored.size === 20) stop.abort();
    });
    expect(await runBackfill(setup, stop.signal)).toMatchObject({ outcome: 'stopped' });
    setup.records.beforeWrite(() => undefined);
    expect(await runBackfill(anotherProcess(fixture, setup), running)).toMatchObject({ outcome: 'complete' });
    expect(setup.ranges.worklists.size).toBe(0);
    expect([...setup.records.stored.keys()].sort()).toEqual(names.toSorted());
    const undisturbed = setUp(fixture.objects);
    await runBackfill(undisturbed, running);
    expect(contents(setup)).toEqual(contents(undisturbed));
    expect(totals(setup)).toMatchObject({ repositories: 40, tags: totals(undisturbed).tags, percent: 100 });
  });

  test('takes a repository away of which all tags are lists of referrers, which only reading tells', async () => {
    const fixture = createRegistryFixture();
    const list = (at: number) =>
      fixture.json({ manifests: [{ digest: `sha256:${at}`, artifactType: 'application/x-cosign' }] });
    const named = (at: number) => `sha256-${`${at}`.repeat(64)}`;
    fixture.write({ name: 'app', tags: Array.from({ length: 6 }, (_, at) => tag(named(at), list(at))) });
    const setup = setUp(fixture.objects);
    expect(await runBackfill(setup, running)).toMatchObject({ report: { repositories: 0, tags: 0, percent: 100 } });
    expect(setup.records.stored.get('app')).toMatchObject({ deleted: true });
  });

  test('lets the best tag speak that can be read, however many before it cannot', async () => {
    const fixture = createRegistryFixture();
    const broken = Array.from({ length: 5 }, (_, at) => tag(`2.0.${at}`, `never written ${at}`));
    fixture.write({ name: 'app', tags: [...broken, tag('1.0.0', fixture.image({ [TITLE]: 'App' }))] });
    const setup = setUp(fixture.objects);
    const { report } = await runBackfill(setup, running);
    expect(report).toMatchObject({ repositories: 1, errorCount: 5, percent: 100 });
    expect(setup.records.stored.get('app')?.record).toMatchObject({ title: 'App', types: ['image'] });
  });
});

describe('what happens between the passes', () => {
  const image = (fixture: RegistryFixture, v: string) => fixture.image({ v }, `linux/${v}`);

  /**
   * `app` has two images, so that both passes have to do with it; then it is written by `event`, as a notification has
   * it read.
   */
  async function backfilledAround(event: (fixture: RegistryFixture) => void) {
    const fixture = createRegistryFixture();
    const [one, two] = [image(fixture, 'one'), image(fixture, 'two')];
    fixture.write({ name: 'app', tags: [tag('latest', one), tag('old', two)] });
    fixture.write({ name: 'other', tags: [tag('latest', one), tag('old', two)] });
    const setup = setUp(fixture.objects);
    const { readAll } = setup.records;
    let happened = false;
    // The second pass has read the record already when the event is written.
    setup.records.readAll = async (names, signal) => {
      const found = await readAll(names, signal);
      if (!happened) {
        happened = true;
        event(fixture);
        await refreshRepository(setup, 'app', signal);
      }
      return found;
    };
    expect(await runBackfill(setup, running)).toMatchObject({ outcome: 'complete', report: { percent: 100 } });
    expect(platformsOf(setup, 'other')).toEqual({ latest: 'linux/one', old: 'linux/two' });
    return setup;
  }

  test('stays: a push', async () => {
    const setup = await backfilledAround((fixture) =>
      fixture.write({ name: 'app', tags: [tag('latest', image(fixture, 'one')), tag('new', image(fixture, 'new'))] }),
    );
    expect(platformsOf(setup, 'app')).toEqual({ latest: 'linux/one', new: 'linux/new' });
  });

  test('stays: a retag', async () => {
    const setup = await backfilledAround((fixture) =>
      fixture.write({
        name: 'app',
        tags: [tag('latest', image(fixture, 'new'), 6), tag('old', image(fixture, 'two'))],
      }),
    );
    expect(platformsOf(setup, 'app')).toEqual({ latest: 'linux/new', old: 'linux/two' });
  });

  test('stays: a deletion', async () => {
    const setup = await backfilledAround((fixture) => fixture.remove('app'));
    expect(setup.records.stored.get('app')).toMatchObject({ deleted: true, record: { tags: [] } });
  });

  test('is another build: nothing of it is written over', async () => {
    const { fixture, names } = mixedRegistry(3);
    const setup = setUp(fixture.objects);
    const { readAll } = setup.records;
    setup.records.readAll = async (wanted, signal) => {
      for (const [name, stored] of setup.records.stored) setup.records.stored.set(name, { ...stored, epoch: 2 });
      return readAll(wanted, signal);
    };
    expect(await runBackfill(setup, running)).toMatchObject({ outcome: 'superseded' });
    expect(names.map((name) => setup.records.stored.get(name)?.revision)).toEqual([1, 1, 1]);
  });
});

describe('a backfill that is killed', () => {
  type Guard = <Args extends unknown[], R>(act: (...args: Args) => Promise<R>) => (...args: Args) => Promise<R>;

  test('after any number of requests, and run again, ends like one that was not', async () => {
    const { fixture } = mixedRegistry(10);
    const undisturbed = setUp(fixture.objects);
    await runBackfill(undisturbed, running);
    const { state, repositories } = totals(undisturbed);
    const expected = contents(undisturbed);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 1, maxLength: 4 }), async (kills) => {
        const shared = { ranges: createMemoryRanges(), records: createMemoryRecords() };
        for (const after of kills) await killedAfter(after, fixture.objects, shared);
        const last = setUp(fixture.objects, shared);
        expect(await runBackfill(last, running)).toMatchObject({ outcome: 'complete' });
        expect(contents(last)).toEqual(expected);
        expect(totals(last)).toMatchObject({ state, repositories, percent: 100 });
      }),
      { numRuns: 40 },
    );
  });

  /** As SIGKILL ends a process: from one request on, none of any kind gets through. */
  async function killedAfter(requests: number, objects: Objects, shared: Pick<Setup, 'ranges' | 'records'>) {
    const stop = new AbortController();
    let left = requests;
    const guard: Guard =
      (act) =>
      async (...args) => {
        left -= 1;
        if (left <= 0) stop.abort();
        stop.signal.throwIfAborted();
        return act(...args);
      };
    const memory = createMemoryStorage(objects);
    const storage = { ...memory, list: guard(memory.list), get: guard(memory.get) };
    const layout = createV2Layout({ storage, rootDirectory: '', now: () => 1 });
    const { ranges, records } = shared;
    const setup = setUp(objects, {
      layout,
      artefacts: createArtefactReader(layout),
      records: {
        ...records,
        create: guard(records.create),
        replace: guard(records.replace),
        readAll: guard(records.readAll),
      },
      ranges: guardedRanges(ranges, guard),
    });
    await runBackfill(setup, stop.signal);
  }

  /** The same store, which keeps the plan in a field of its own, with writes that are guarded. */
  function guardedRanges(ranges: MemoryRanges, guard: Guard): MemoryRanges {
    const guarded: MemoryRanges = Object.create(ranges);
    const writes = { writeProgress: guard(ranges.writeProgress), writeWorklist: guard(ranges.writeWorklist) };
    return Object.assign(guarded, writes);
  }
});
