import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import type { RepositoryRecord, TagEntry } from '../../../../src/dynamodb/records/record.ts';
import { isAsTyped, type SearchEngine, type SearchPage, type SearchQuery } from '../../../../src/search/api.ts';
import { createSearchEngine } from '../../../../src/search/engine/create-engine.ts';
import { parseQuery } from '../../../../src/search/query/parse.ts';
import { type Chance, createChance, randomRecord, randomSearch } from '../../../support/search/random-search.ts';
import { ALL, atOnce, createPromptEngine, textQuery } from '../../../support/search/search-queries.ts';
import { searchRecord } from '../../../support/search/search-records.ts';

interface Answered {
  readonly asked: SearchQuery;
  readonly page: SearchPage;
  readonly version: number;
}

/** A tag more, or one that is moved, now and then with something else that a push may bring or a person may do. */
function pushed(record: RepositoryRecord, chance: Chance): RepositoryRecord {
  const other = randomRecord(chance);
  const tag: TagEntry | undefined = other.tags[0];
  const kept = record.tags.filter(({ name }) => name !== tag?.name);
  const tags = [...(chance.once(12) ? kept.slice(1) : kept), ...(tag ? [tag] : [])];
  const push = { ...record, tags: tags.toSorted((a, b) => (a.name < b.name ? -1 : 1)), pushedAtMs: other.pushedAtMs };
  if (chance.once(6)) return { ...push, referrers: other.referrers, platforms: other.platforms };
  if (chance.once(12)) return { ...push, types: other.types };
  if (chance.once(24)) return { ...push, isPrivate: other.isPrivate };
  if (chance.once(6)) return { ...push, title: other.title, summary: other.summary };
  return chance.once(3) ? { ...push, labels: other.labels } : push;
}

function answer(engine: SearchEngine, asked: SearchQuery): Answered {
  const version = engine.version();
  return { asked, page: atOnce(engine.search(asked)), version };
}

/** Up to three letters of a name, which some repositories have. */
function wordOf({ name }: RepositoryRecord, chance: Chance): string {
  const at = chance.below(name.length);
  return name.slice(at, at + 3);
}

interface World {
  readonly engine: SearchEngine;
  readonly records: Map<string, RepositoryRecord>;
  readonly chance: Chance;
}

function createWorld(seed: number): World {
  const chance = createChance(seed);
  const engine = createPromptEngine();
  const records = new Map(chance.some(20, 20, () => randomRecord(chance)).map((record) => [record.name, record]));
  for (const record of records.values()) engine.upsert(record);
  return { engine, records, chance };
}

function randomOf({ records, chance }: World): RepositoryRecord {
  return [...records.values()][chance.below(records.size)] ?? randomRecord(chance);
}

function askSome(world: World): Answered[] {
  const { engine, chance } = world;
  const answers = chance.some(6, 6, () => {
    const asked = randomSearch(chance);
    const { all } = textQuery(wordOf(randomOf(world), chance)).query;
    return answer(engine, chance.once(2) ? asked : { ...asked, query: { ...asked.query, all } });
  });
  return answers.filter(({ page }) => isAsTyped(page));
}

describe('a page that was found as it was typed', () => {
  test('is as it was wherever it may not differ, whatever was pushed and changed', () => {
    let same = 0;
    let other = 0;
    for (let seed = 1; seed <= 25; seed += 1) {
      const world = createWorld(seed);
      const { engine, records, chance } = world;
      for (let step = 0; step < 40; step += 1) {
        const answers = askSome(world);
        for (const record of chance.some(1, 3, () => randomOf(world))) {
          const next = pushed(record, chance);
          records.set(next.name, next);
          engine.upsert(next);
        }
        if (chance.once(20)) engine.upsert(randomRecord(chance));
        for (const { asked, page, version } of answers) {
          const isSame = !engine.mayDiffer(asked, { version, next: page.next });
          same += Number(isSame);
          other += Number(!isSame);
          if (isSame) expect(engine.search(asked)).toEqual(page);
        }
      }
    }
    expect(same).toBeGreaterThan(500);
    expect(other).toBeGreaterThan(500);
  });

  const search = (text: string, visibility = ALL): SearchQuery => ({
    ...textQuery(''),
    query: parseQuery(text, 0),
    visibility,
  });
  const tagged = (name: string, ...tags: string[]) =>
    searchRecord(name, {
      tags: tags.map((tag) => ({
        name: tag,
        digest: `sha256:${'1'.repeat(64)}`,
        pushedAtMs: 2_000,
        platforms: undefined,
      })),
    });

  function engineOf(...records: readonly RepositoryRecord[]) {
    const engine = createPromptEngine();
    for (const record of records) engine.upsert(record);
    const version = engine.version();
    const differs = (asked: SearchQuery, next?: string) => engine.mayDiffer(asked, { version, next });
    return { engine, differs };
  }

  test('may differ once something is pushed that holds all of its words, and not for what lacks one', () => {
    const { engine, differs } = engineOf(tagged('team/api', 'latest'), tagged('web', 'latest'));
    engine.upsert(tagged('web', '2', 'latest'));
    expect(differs(search('api'))).toBe(false);
    expect(differs(search('web'))).toBe(true);
    expect(differs(search('web 2'))).toBe(true);
    expect(differs(search('web 3'))).toBe(false);
    expect(differs(search('arch:amd64'))).toBe(true);
    expect(differs(search('api arch:amd64'))).toBe(false);
  });

  test('may differ for a text that was there or is, and not for what neither has', () => {
    const web = { ...tagged('web', 'latest'), labels: { revision: 'abcdef', team: 'pay' } };
    const { engine, differs } = engineOf(tagged('team/api', 'latest'), web);
    engine.upsert({ ...web, labels: { revision: '123456', team: 'pay' } });
    expect(differs(search('abcdef'))).toBe(true);
    expect(differs(search('123456'))).toBe(true);
    expect(differs(search('pay'))).toBe(true);
    expect(differs(search('api'))).toBe(false);
  });

  test('may differ where a push names another base, by which others rank', () => {
    const { engine, differs } = engineOf(tagged('team/api', 'latest'), tagged('web', 'latest'));
    engine.upsert({ ...tagged('web', 'latest'), labels: { 'org.opencontainers.image.base.name': 'team/api:1' } });
    expect(differs(search('api'))).toBe(true);
  });

  test('may not differ for a push of a hit that stays behind the page, and may for one that comes up to it', () => {
    const records = [
      tagged('api', '1'),
      tagged('team/api', '1'),
      tagged('deep/in/a/team/api', '1'),
      tagged('web', '1'),
    ];
    const { engine, differs } = engineOf(...records);
    const firstOf = (text: string, fields: Partial<SearchQuery> = {}): SearchQuery => ({
      ...search(text),
      limit: 2,
      ...fields,
    });
    const page = (asked: SearchQuery) => atOnce(engine.search(asked)).next;
    const asked = firstOf('api');
    const byPush = firstOf('api', { sort: { by: 'pushed', reverse: false } });
    const [next, nextByPush, nextOfVersion] = [page(asked), page(byPush), page(firstOf('1'))];
    engine.upsert({ ...tagged('deep/in/a/team/api', '1', '2'), pushedAtMs: 5_000 });
    expect(differs(asked, next)).toBe(false);
    expect(differs(asked, undefined)).toBe(true);
    expect(differs(byPush, nextByPush)).toBe(true);
    // It may have been found for its tags, and for others before.
    expect(differs(firstOf('1'), nextOfVersion)).toBe(true);
    engine.upsert({ ...tagged('team/api', '1', '2'), pushedAtMs: 5_000 });
    expect(differs(asked, next)).toBe(true);
  });

  test('may differ once anything else was written: a repository that is new or gone, a tag that is gone', () => {
    const writes: readonly ((engine: SearchEngine) => void)[] = [
      (engine) => engine.upsert(tagged('new', 'latest')),
      (engine) => engine.remove('web'),
      (engine) => engine.upsert(tagged('web', 'latest')),
      (engine) => engine.upsert({ ...tagged('web', '1', 'latest'), isPrivate: true }),
      (engine) => engine.upsert({ ...tagged('web', '1', 'latest'), types: ['helm'] }),
    ];
    for (const write of writes) {
      const { engine, differs } = engineOf(tagged('team/api', 'latest'), tagged('web', '1', 'latest'));
      write(engine);
      expect(differs(search('api'))).toBe(true);
    }
  });

  test('may differ where a word may be a reference, for a push may bring its tag', () => {
    const api = { ...tagged('team/api', 'latest'), summary: 'built on web:2' };
    const { engine, differs } = engineOf(api, tagged('web', 'latest'));
    engine.upsert(tagged('web', '2', 'latest'));
    expect(differs(search('web:2'))).toBe(true);
  });

  test('may not differ for a push of what the caller may not see, so that no time tells of it', () => {
    const { engine, differs } = engineOf(tagged('team/api', 'latest'), tagged('hr/api', 'latest'));
    engine.upsert(tagged('hr/api', '2', 'latest'));
    expect(differs(search('api'))).toBe(true);
    expect(differs(search('api', [{ names: ['team/**'], showPrivate: true }]))).toBe(false);
  });

  test('lets others have a turn while it reads what was pushed, and finds what is pushed meanwhile', async () => {
    const engine = createSearchEngine({ sliceMs: 0 });
    for (const name of ['team/api', 'web']) engine.upsert(tagged(name, 'latest'));
    const before = engine.version();
    for (let write = 0; write < 100; write += 1) engine.upsert(tagged('web', 'latest'));
    const answer = engine.mayDiffer(search('api'), { version: before, next: undefined });
    expect(answer).toBeInstanceOf(Promise);
    engine.upsert(tagged('team/api', '2', 'latest'));
    expect(await answer).toBe(true);
    expect(await engine.mayDiffer(search('api 3'), { version: before, next: undefined })).toBe(false);
  });

  test('may differ after more writes than are worth being looked at', () => {
    const { engine, differs } = engineOf(tagged('team/api', 'latest'), tagged('web', 'latest'));
    for (let write = 0; write < 1_024; write += 1) engine.upsert(tagged('web', 'latest'));
    expect(differs(search('api'))).toBe(false);
    engine.upsert(tagged('web', 'latest'));
    expect(differs(search('api'))).toBe(true);
  });

  test('may differ where a repository that was pushed is written again while it is looked at', async () => {
    const pushTo = (name: string, pushedAtMs: number, ...tags: string[]) => ({ ...tagged(name, ...tags), pushedAtMs });
    const behind = Array.from({ length: 30 }, (_, at) => `deep/in/${at}/api`);
    for (let turns = 0; turns < 60; turns += 1) {
      const engine = createSearchEngine({ sliceMs: 0 });
      for (const [at, name] of ['a/api', 'b/api', 'c/api'].entries()) engine.upsert(pushTo(name, 9_000 - at, 'x'));
      for (const name of behind) engine.upsert(pushTo(name, 1_000, 'x'));
      const asked = { ...search('api'), limit: 2 };
      const version = engine.version();
      const { next } = await engine.search(asked);
      for (const name of behind) engine.upsert(pushTo(name, 1_500, 'x', 'y'));
      engine.upsert(pushTo('b/api', 9_500, 'x', 'y'));
      const differs = engine.mayDiffer(asked, { version, next });
      for (let turn = 0; turn < turns; turn += 1) await setImmediate();
      engine.upsert({ ...pushTo('b/api', 9_500, 'x', 'y'), summary: 'This is deprecated.' });
      expect([turns, await differs]).toEqual([turns, true]);
    }
  });
});
