import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import type { RepositoryRecord } from '../../../../src/dynamodb/records/record.ts';
import type { EngineSize, Hit, SearchEngine, SearchPage, SearchQuery } from '../../../../src/search/api.ts';
import { createSearchEngine } from '../../../../src/search/engine/create-engine.ts';
import type { Condition } from '../../../../src/search/query/query.ts';
import { countBases, pointsOf } from '../../../support/search/oracle-rank.ts';
import {
  type Chance,
  createChance,
  randomRecord,
  randomSearch,
  randomTagCondition,
  randomVisibility,
} from '../../../support/search/random-search.ts';
import { createSearchOracle, type SearchOracle } from '../../../support/search/search-oracle.ts';
import {
  atOnce,
  CACHE_ALL,
  CACHE_DEAR,
  CACHE_SHORTLY,
  createPromptEngine,
  namesOf,
} from '../../../support/search/search-queries.ts';

interface World {
  readonly engine: SearchEngine;
  readonly oracle: SearchOracle;
  readonly chance: Chance;
}

/** Engines that go through lists to the end, ones that look at repositories one by one, and ones that do both. */
const FEW = [0, 3, 128] as const;

/** And those that keep every text, beside others that keep hardly any. */
const CACHING = [CACHE_DEAR, CACHE_ALL, CACHE_SHORTLY, CACHE_ALL] as const;

function createWorld(seed: number, engine = randomEngine(seed)): World {
  return { engine, oracle: createSearchOracle(), chance: createChance(seed) };
}

function randomEngine(seed: number): SearchEngine {
  return createPromptEngine({ few: FEW[seed % FEW.length], caching: CACHING[seed % CACHING.length] });
}

/** ChangeLog or removes something in both; answers with its name. */
function writeBoth({ engine, oracle, chance }: World): string {
  const record = randomRecord(chance);
  const known = oracle.records();
  const other = known[chance.below(known.length + 1)];
  const written = other && chance.once(3) ? { ...record, name: other.name } : record;
  if (other && (chance.once(4) || known.length > 30)) {
    engine.remove(other.name);
    oracle.remove(other.name);
    return other.name;
  }
  engine.upsert(written);
  oracle.upsert(written);
  return written.name;
}

function hitOf({ name, title, summary }: RepositoryRecord): Hit {
  return { name, description: (summary ?? title ?? '').toWellFormed() };
}

function sizeOf(records: readonly RepositoryRecord[]): EngineSize {
  return { repositories: records.length, tags: records.reduce((sum, { tags }) => sum + tags.length, 0) };
}

/** What differs between the page and what the oracle says, or undefined. */
function differenceOf({ oracle }: World, asked: SearchQuery, page: SearchPage): unknown {
  const { start, limit } = asked;
  const query = page.interpreted;
  const expected = oracle.search(query, asked.sort, asked.visibility, asked.prefer);
  const offset = start.kind === 'offset' ? start.offset : 0;
  const names = expected.slice(offset, offset + limit).map(({ name }) => name);
  const isSame =
    page.total === expected.length &&
    names.join() === namesOf(page).join() &&
    (page.next !== undefined) === offset + limit < expected.length;
  return isSame ? undefined : { asked, expected: { total: expected.length, names }, page };
}

/** The same of the answer as it is when it is there. */
function differenceOfAnswer(world: World, asked: SearchQuery): unknown {
  const answer = world.engine.search(asked);
  const compare = (page: SearchPage) => differenceOf(world, asked, page);
  return answer instanceof Promise ? answer.then(compare) : compare(answer);
}

/** ChangeLog in each turn of the event loop until all is there. */
async function whileWriting<T>(outcomes: readonly T[], write: (turn: number) => void): Promise<Awaited<T>[]> {
  let isOver = false;
  const all = Promise.all(outcomes).finally(() => {
    isOver = true;
  });
  for (let turn = 0; !isOver; turn += 1) {
    await setImmediate();
    if (!isOver) write(turn);
  }
  return all;
}

/** So many that short texts, and what many have on one tag, are kept; answers with their names. */
function writeMany(world: World): string[] {
  const names = Array.from({ length: 4_000 }, (_, i) => `${randomRecord(world.chance).name}/${i}`);
  for (const name of names) upsertBoth(world, name);
  return names;
}

function rewriteOne(world: World, names: readonly string[]): void {
  const name = names[world.chance.below(names.length)] ?? '';
  if (world.chance.once(3)) {
    world.engine.remove(name);
    world.oracle.remove(name);
  } else upsertBoth(world, name);
}

function upsertBoth({ engine, oracle, chance }: World, name: string): void {
  const record = { ...randomRecord(chance), name };
  engine.upsert(record);
  oracle.upsert(record);
}

/** Short texts and tags, each asked for once. */
function slowConditions(chance: Chance): Condition[][] {
  const texts = [...'abcdeimnrst-/', ...['ap', 'we', 'te', 'am', '/a', 'b-', 'er', 'pa']];
  const ofTexts = texts.map((text) => [{ kind: 'text', text } as const]);
  return [...ofTexts, ...Array.from({ length: 30 }, () => [randomTagCondition(chance)])];
}

/** The total, the hits in their order, and whether there are more. */
const CHECKS_A_PAGE = 3;

describe('the engine agrees with looking at every record', () => {
  test('on the total, the hits in order and the end of 34,000 random queries with writes in between', () => {
    let checks = 0;
    let found = 0;
    for (let seed = 1; seed <= 100; seed += 1) {
      const world = createWorld(seed);
      for (let step = 0; step < 340; step += 1) {
        if (step < 20 || step % 8 === 0) writeBoth(world);
        const asked = randomSearch(world.chance);
        const page = atOnce(world.engine.search(asked));
        const difference = differenceOf(world, asked, page);
        if (difference !== undefined) expect({ seed, step, difference }).toBeUndefined();
        checks += CHECKS_A_PAGE;
        found += Number(page.total > 0);
      }
    }
    expect(checks).toBe(102_000);
    expect(found).toBeGreaterThan(checks / CHECKS_A_PAGE / 4);
  });

  test('on what it shows of a repository, on names after any name, and on sizes', async () => {
    const world = createWorld(7);
    const { engine, oracle, chance } = world;
    for (let step = 0; step < 500; step += 1) {
      writeBoth(world);
      const asked = { ...randomSearch(chance), limit: 50 };
      const shown = atOnce(engine.search(asked));
      const records = new Map(oracle.records().map((record) => [record.name, record]));
      expect(shown.hits.map((hit) => records.get(hit.name)).map((record) => record && hitOf(record))).toEqual(
        shown.hits,
      );
      const visibility = randomVisibility(chance);
      const last = chance.once(4) ? undefined : randomRecord(chance).name;
      const names = oracle.names(visibility).filter((name) => last === undefined || name > last);
      const listed = atOnce(engine.catalog({ last, limit: 3, visibility }));
      expect(listed).toMatchObject({ names: names.slice(0, 3), more: names.length > 3 });
      const all = oracle.records();
      expect(engine.size()).toEqual(sizeOf(all));
      const seen = new Set(oracle.names(visibility));
      const visible = all.filter(({ name }) => seen.has(name));
      expect(await engine.count(visibility)).toEqual(sizeOf(visible));
      const open = sizeOf(all.filter(({ isPrivate }) => !isPrivate));
      expect(await engine.count([{ names: undefined, showPrivate: false }])).toEqual(open);
    }
  });

  test.each([
    [0, 11],
    [0, 323],
    [0, 331],
    [3, 11],
    [128, 11],
  ])('while writes come in between the slices of one query, few being %d, seed %d', async (few, seed) => {
    const caching = few === 0 ? CACHE_SHORTLY : CACHE_DEAR;
    const world = createWorld(seed, createSearchEngine({ sliceMs: 0, preferRecheck: (docs) => docs <= few, caching }));
    for (let step = 0; step < 100; step += 1) {
      writeBoth(world);
      const asked = randomSearch(world.chance);
      const [difference] = await whileWriting([differenceOfAnswer(world, asked)], () => void writeBoth(world));
      if (difference !== undefined) expect({ step, difference }).toBeUndefined();
    }
  });

  test('when lists are so long that they are kept as bits, and orders are cut into chunks', () => {
    const world = createWorld(21);
    const { engine, oracle, chance } = world;
    for (let i = 0; i < 4_000; i += 1) {
      const record = randomRecord(chance);
      const one = { ...record, name: `${record.name}/${i}` };
      engine.upsert(one);
      oracle.upsert(one);
    }
    for (const { name } of oracle.records()) {
      if (chance.once(2)) continue;
      engine.remove(name);
      oracle.remove(name);
      const asked = randomSearch(chance);
      if (!chance.once(25)) continue;
      expect(differenceOf(world, asked, atOnce(engine.search(asked)))).toBeUndefined();
    }
  });

  test('when what many repositories have on one tag is kept from one query to the next', () => {
    const world = createWorld(31);
    const names = writeMany(world);
    let found = 0;
    for (let step = 0; step < 150; step += 1) {
      for (let write = 0; write < 10; write += 1) rewriteOne(world, names);
      const asked = { ...randomSearch(world.chance), query: { all: [randomTagCondition(world.chance)], none: [] } };
      const page = atOnce(world.engine.search(asked));
      expect(differenceOf(world, asked, page)).toBeUndefined();
      found += page.total;
    }
    expect(found).toBeGreaterThan(10_000);
  });

  test('for several who ask the same at once while writes come in between, and the first of them gives up', async () => {
    const world = createWorld(51, createSearchEngine({ sliceMs: 0 }));
    const names = writeMany(world);
    const { engine, chance } = world;
    let gaveUp = 0;
    for (const all of slowConditions(chance)) {
      const asked = { ...randomSearch(chance), query: { all, none: [] } };
      const stop = new AbortController();
      const first = Promise.resolve(engine.search(asked, stop.signal)).catch(() => 'gone');
      const others = [1, 2, 3].map(() => differenceOfAnswer(world, asked));
      const [outcome, ...differences] = await whileWriting([first, ...others], (turn) => {
        rewriteOne(world, names);
        if (turn === 0) stop.abort();
      });
      // What is kept has been told of the writes as well.
      const later = await differenceOfAnswer(world, asked);
      expect([...differences, later]).toEqual(new Array(4).fill(undefined));
      gaveUp += Number(outcome === 'gone');
    }
    expect(gaveUp).toBeGreaterThan(5);
  });

  test('whatever was written before: as an engine that is built anew from the result', () => {
    for (let seed = 1_000; seed < 1_040; seed += 1) {
      const world = createWorld(seed);
      for (let step = 0; step < 100; step += 1) writeBoth(world);
      const fresh = createPromptEngine();
      for (const record of world.oracle.records()) fresh.upsert(record);
      for (let step = 0; step < 25; step += 1) {
        const asked = randomSearch(world.chance);
        expect(world.engine.search(asked)).toEqual(fresh.search(asked));
      }
    }
  });
});

/** The repository that is written, and those that rank otherwise since: what others are built on goes up with them. */
function namesMovedBy({ oracle }: World, write: () => string): string[] {
  const pointsNow = () => {
    const records = oracle.records();
    const bases = countBases(records);
    return new Map(records.map((record) => [record.name, pointsOf(record, bases)]));
  };
  const before = pointsNow();
  const written = write();
  return [written, ...[...pointsNow()].flatMap(([name, points]) => (before.get(name) === points ? [] : [name]))];
}

describe('cursors', () => {
  test('show every repository that nobody writes exactly once, and in order, whatever becomes of others', () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const world = createWorld(seed);
      const { engine, oracle, chance } = world;
      for (let step = 0; step < 40; step += 1) writeBoth(world);
      const asked = randomSearch(chance);
      const written = new Set<string>();
      const shown: string[] = [];
      const first = { ...asked, start: { kind: 'offset', offset: 0 } } as const;
      for (let page = atOnce(engine.search(first)); ; ) {
        if (page.relaxed.length > 0) break;
        shown.push(...namesOf(page));
        if (page.next === undefined) break;
        if (chance.once(2)) for (const name of namesMovedBy(world, () => writeBoth(world))) written.add(name);
        page = atOnce(engine.search({ ...asked, start: { kind: 'cursor', cursor: page.next } }));
      }
      const unwritten = (name: string) => !written.has(name);
      const expected = oracle.search(asked.query, asked.sort, asked.visibility, asked.prefer).map(({ name }) => name);
      if (shown.length > 0) expect(shown.filter(unwritten)).toEqual(expected.filter(unwritten));
    }
  });
});
