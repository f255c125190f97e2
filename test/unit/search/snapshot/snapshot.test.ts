import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import type { RepositoryRecord } from '../../../../src/dynamodb/records/record.ts';
import type { OwnershipRecord } from '../../../../src/dynamodb/state/ownership.ts';
import { ANONYMOUS } from '../../../../src/search/anonymous.ts';
import type { SearchEngine } from '../../../../src/search/api.ts';
import { createSearchEngine } from '../../../../src/search/engine/create-engine.ts';
import { type Signals, staticRank } from '../../../../src/search/engine/rank/static-rank.ts';
import { parseQuery } from '../../../../src/search/query/parse.ts';
import { BEST_FIRST } from '../../../../src/search/query/sort.ts';
import { createMemory, type HeldRecord, type Memory } from '../../../../src/search/replica/memory.ts';
import { createSnapshots } from '../../../../src/search/snapshot/snapshots.ts';
import { ownershipRecordOf } from '../../../support/index/index-records.ts';
import { chartRecord } from '../../../support/search/chart-records.ts';
import { type Chance, createChance, randomRecord, randomSearch } from '../../../support/search/random-search.ts';
import { searchRecord } from '../../../support/search/search-records.ts';

const OWNERSHIP: OwnershipRecord = { ...ownershipRecordOf(1), repositoryTable: 'table-1' };
const CHECKPOINT = { cursors: [{ newestMs: 1, seenAtMs: 2, readAtMs: 3 }] };
const { signal } = new AbortController();

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'snapshot-'));
});

afterEach(() => rm(directory, { recursive: true }));

const snapshots = () =>
  createSnapshots({ directory, limitBytes: 2 ** 24, log: pino({ level: 'silent' }), now: () => 10 });
const newMemory = () => createMemory(1, createSearchEngine());

/** A memory as it is after it was written down and read again. */
async function restarted(memory: Memory): Promise<Memory> {
  await snapshots().write(OWNERSHIP, { memory, checkpoint: CHECKPOINT });
  const read = await snapshots().read(OWNERSHIP, newMemory, signal);
  expect(read?.checkpoint).toEqual(CHECKPOINT);
  if (!read) throw new Error('no snapshot was read');
  return read.memory;
}

function held(record: RepositoryRecord, revision: number, deleted = false): HeldRecord {
  return { record, reader: 1, revision, changedAtMs: revision, deleted, epoch: 1 };
}

/** Writes and removes so much that ids of names, words and labels are given out again. */
function writeAtRandom(memories: readonly Memory[], chance: Chance, fromRevision: number): void {
  for (let revision = fromRevision; revision < fromRevision + 200; revision += 1) {
    const record = { ...randomRecord(chance), name: `${randomRecord(chance).name}/${chance.below(40)}` };
    const deleted = chance.once(4);
    for (const memory of memories) memory.apply(held(record, revision, deleted));
  }
}

/** Answers of all kinds to the same random questions. */
async function answersOf({ engine }: Memory, seed: number): Promise<unknown[]> {
  const chance = createChance(seed);
  const answers: unknown[] = [engine.size(), await namesIn(engine)];
  for (let asked = 0; asked < 60; asked += 1) {
    const query = randomSearch(chance);
    answers.push(await engine.search(query));
    answers.push(await engine.suggest({ prefix: 'a', limit: 20, visibility: query.visibility }));
  }
  return answers;
}

async function namesIn(engine: SearchEngine): Promise<readonly string[]> {
  const visibility = [{ names: undefined, showPrivate: true }];
  return (await engine.catalog({ last: undefined, limit: 10_000, visibility })).names;
}

describe('a memory that was written down and read again', () => {
  test('answers as before, and goes on as if nothing had been', async () => {
    for (let seed = 1; seed <= 6; seed += 1) {
      const chance = createChance(seed);
      const before = newMemory();
      writeAtRandom([before], chance, 1);
      const after = await restarted(before);
      expect(await answersOf(after, seed)).toEqual(await answersOf(before, seed));
      writeAtRandom([before, after], chance, 1_000);
      expect(await answersOf(after, seed)).toEqual(await answersOf(before, seed));
    }
  });

  test('holds many: lists that are bitsets, shards and orders of several parts', async () => {
    const before = newMemory();
    for (let at = 0; at < 3_000; at += 1) before.apply(held(searchRecord(`team-${at % 7}/service-${at}`), 1));
    const after = await restarted(before);
    for (const memory of [before, after]) memory.apply(held(searchRecord('team-1/service-1', { title: 'Late' }), 2));
    expect(await namesIn(after.engine)).toEqual(await namesIn(before.engine));
    expect(await answersOf(after, 1)).toEqual(await answersOf(before, 1));
  });

  test('knows which versions it has, of what is deleted as well', async () => {
    const before = newMemory();
    before.apply(held(searchRecord('a'), 5));
    before.apply(held(searchRecord('gone'), 7, true));
    const after = await restarted(before);
    expect(after.holds(held(searchRecord('a'), 5))).toBe(true);
    expect(after.apply(held(searchRecord('a'), 4))).toBe(false);
    expect(after.apply(held(searchRecord('gone'), 6))).toBe(false);
    expect(after.knows({ name: 'gone', changedAtMs: 7 })).toBe(true);
  });

  test('keeps texts in whatever language', async () => {
    const before = newMemory();
    before.apply(held(searchRecord('c', { title: 'Übung 表 🐳' }), 1));
    const { engine } = await restarted(before);
    const search = { query: parseQuery('表', 0), sort: BEST_FIRST, limit: 1, visibility: ANONYMOUS };
    const { hits } = await engine.search({ ...search, start: { kind: 'offset', offset: 0 } });
    expect(hits).toEqual([{ name: 'c', description: 'Übung 表 🐳' }]);
  });

  test('keeps charts', async () => {
    const before = newMemory();
    before.apply(held(chartRecord('charts/gone', ['1.0.0']), 1));
    before.apply(held(searchRecord('an-image'), 1));
    before.apply(held(chartRecord('charts/shop', ['1.0.0', '2.0.0']), 1));
    before.apply(held(searchRecord('charts/gone'), 2, true));
    const all = { namespace: undefined, visibility: ANONYMOUS };
    const charts = await (await restarted(before)).engine.charts(all);
    expect(charts).toEqual(await before.engine.charts(all));
    expect(charts.map(({ name, tags }) => [name, tags.length])).toEqual([['charts/shop', 2]]);
  });

  test('empty is empty', async () => {
    expect((await restarted(newMemory())).engine.size()).toEqual({ repositories: 0, tags: 0 });
  });
});

describe('a snapshot is not read where FORM in header.ts is another: if one of these fails, raise it', () => {
  test('the memory is written down in the form that its number stands for', async () => {
    const memory = newMemory();
    for (const record of recordsOfAllKinds()) memory.apply(held(record, 1));
    await snapshots().write(OWNERSHIP, { memory, checkpoint: CHECKPOINT });
    expect(sha256Of(await readFile(join(directory, 'index.snapshot')))).toBe(
      'f1b90f64de83b08732939bc84e6d194243dcc25c9184b8d8c5ff8f89622d6be8',
    );
  });

  test('ranks, which are written down as well, are worked out as they were', () => {
    expect(sha256Of(Uint32Array.from(signalsOfAllKinds().map(staticRank)))).toBe(
      '24dfb15e199aba22d061dab50dca244fa7d40a33b1c3973ff722d1cc1ca6c5bf',
    );
  });
});

/** With each signal of a rank, and with texts that are folded. */
function recordsOfAllKinds(): RepositoryRecord[] {
  const basedOn = (base: string) => ({ 'org.opencontainers.image.base.name': base });
  const services = Array.from({ length: 100 }, (_, at) =>
    searchRecord(`team-${at % 5}/service-${at}`, {
      title: `Service ${at}`,
      labels: { team: `t-${at % 3}`, ...basedOn('base/node:22') },
    }),
  );
  return [
    ...services,
    chartRecord('charts/shop', ['1.0.0']),
    searchRecord('base/node', { title: 'Größe, Straße, Café', labels: basedOn('nginx:1.27') }),
    searchRecord('mirror/docker.io/library/nginx', { tags: manyTags(9) }),
    searchRecord('a/b/c/d/e/f/g/h/i', { tags: manyTags(200) }),
    searchRecord('shop/api', {
      labels: { 'org.opencontainers.image.source': 'https://git.acme.example/shop/api.git' },
    }),
    searchRecord('shop/web', { labels: { 'org.opencontainers.image.url': 'git@git.acme.example:acme/shop/web' } }),
    searchRecord('shop/old', { labels: { 'com.acme.deprecated': 'true' } }),
    searchRecord('shop/storefront-legacy'),
    searchRecord('shop/first', { title: 'Deprecated: use shop/api' }),
    searchRecord('shop/second', { summary: 'It is no longer maintained' }),
  ];
}

function manyTags(count: number): RepositoryRecord['tags'] {
  return Array.from({ length: count }, (_, at) => ({
    name: `v${at}`,
    digest: `sha256:${String(at).padStart(64, '0')}`,
    pushedAtMs: 1_000,
    platforms: ['linux/arm64'],
  }));
}

const EITHER = [false, true];

/** Each gives one signal all values that it is tried with. */
const VARIATIONS: readonly ((one: Signals) => Signals[])[] = [
  (one) => [0, 1, 2, 10, 1_000, 100_000].map((dependents) => ({ ...one, dependents })),
  (one) => [0, 1, 4, 20, 1_000].map((tags) => ({ ...one, tags })),
  (one) => [0, 1, 2, 7, 9].map((depth) => ({ ...one, depth })),
  (one) => EITHER.map((isNamedAfterSource) => ({ ...one, isNamedAfterSource })),
  (one) => EITHER.map((isChart) => ({ ...one, isChart })),
  (one) => EITHER.map((isDeprecated) => ({ ...one, isDeprecated })),
];

function signalsOfAllKinds(): Signals[] {
  const nothing = { dependents: 0, tags: 0, depth: 0, isNamedAfterSource: false, isChart: false, isDeprecated: false };
  return VARIATIONS.reduce((all: Signals[], vary) => all.flatMap(vary), [nothing]);
}

function sha256Of(bytes: NodeJS.ArrayBufferView): string {
  return createHash('sha256').update(bytes).digest('hex');
}
