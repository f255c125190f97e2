import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import type { RepositoryRecord } from '../../../../src/index/record.ts';
import { createSearchEngine } from '../../../../src/search/engine/create-engine.ts';
import type { SearchEngine, SearchPage, SearchQuery } from '../../../../src/search/engine.ts';
import { type Chance, createChance, randomRecord, randomSearch } from '../../support/random-search.ts';
import { atOnce, createPromptEngine, KEEP_DEAR, KEEP_SHORTLY, textQuery } from '../../support/search-queries.ts';
import { searchRecord } from '../../support/search-records.ts';

interface Given {
  readonly asked: SearchQuery;
  readonly page: SearchPage;
}

function give(engine: SearchEngine, asked: SearchQuery): Given {
  return { asked, page: atOnce(engine.search({ ...asked, isWatched: true })) };
}

/** Writes something new, something over what is there, a push to it, or removes it. */
function writeSomething(engine: SearchEngine, records: Map<string, RepositoryRecord>, chance: Chance): void {
  const known = [...records.values()][chance.below(records.size + 1)];
  const made = randomRecord(chance);
  if (known && chance.once(4)) {
    records.delete(known.name);
    engine.remove(known.name);
    return;
  }
  const pushed = known && chance.once(2) ? { ...known, pushedAtMs: made.pushedAtMs, tags: made.tags } : made;
  const written = known && chance.once(2) ? { ...pushed, name: known.name } : pushed;
  records.set(written.name, written);
  engine.upsert(written);
}

/** What is there after so many writes to an engine that was empty. */
function writeSome(engine: SearchEngine, chance: Chance, writes: number): Map<string, RepositoryRecord> {
  const records = new Map<string, RepositoryRecord>();
  for (let i = 0; i < writes; i += 1) writeSomething(engine, records, chance);
  return records;
}

describe('an answer that is current', () => {
  test('is what its query is answered with, whatever was written since', () => {
    let survivors = 0;
    let outdated = 0;
    for (let seed = 1; seed <= 60; seed += 1) {
      const chance = createChance(seed);
      const engine = createPromptEngine({
        few: chance.pick([0, 3, 128]),
        keeping: chance.pick([KEEP_SHORTLY, KEEP_DEAR]),
      });
      const records = writeSome(engine, chance, 20);
      let given = Array.from({ length: 25 }, () => give(engine, randomSearch(chance)));
      for (let write = 0; write < 12; write += 1) {
        writeSomething(engine, records, chance);
        const current = given.filter(({ page }) => page.standing.isCurrent);
        outdated += given.length - current.length;
        survivors += current.length;
        expect(current.map(({ asked }) => engine.search(asked))).toEqual(current.map(({ page }) => page));
        given = current;
      }
    }
    expect(survivors).toBeGreaterThan(150);
    expect(outdated).toBeGreaterThan(500);
  });

  test.each([
    ['a push to what it does not ask for', { name: 'other', pushedAtMs: 9_000 }],
    ['a push to what stands after its last hit', { name: 'x-web', pushedAtMs: 9_000 }],
    ['something new that it does not ask for', { name: 'new' }],
  ])('stays so through %s', (_case, fields) => {
    const engine = createPromptEngine();
    for (const name of ['web', 'team/web', 'x-web', 'other']) engine.upsert(searchRecord(name));
    const { page } = give(engine, textQuery('web', { limit: 2 }));
    engine.upsert(searchRecord(fields.name, fields));
    expect(page.standing.isCurrent).toBe(true);
  });

  test.each([
    ['a push to one of its hits', { name: 'web', pushedAtMs: 9_000 }],
    ['something new that it counts', { name: 'z/inside-web' }],
    ['a push that brings something before its last hit', { name: 'last/web', pushedAtMs: 9_000 }],
    ['what it counted and no longer does', { name: 'other', summary: undefined }],
  ])('is no more so after %s', (_case, fields) => {
    const engine = createPromptEngine();
    for (const name of ['web', 'first/web', 'last/web']) engine.upsert(searchRecord(name));
    engine.upsert(searchRecord('other', { summary: 'of the web' }));
    const { page } = give(engine, textQuery('web', { limit: 2 }));
    expect(page.total).toBe(4);
    engine.upsert(searchRecord(fields.name, fields));
    expect(page.standing.isCurrent).toBe(false);
  });

  test('is no more so after any write when nobody asked for it to be watched', () => {
    const engine = createPromptEngine();
    engine.upsert(searchRecord('web'));
    const page = atOnce(engine.search(textQuery('web')));
    expect(page.standing.isCurrent).toBe(true);
    engine.upsert(searchRecord('other'));
    expect(page.standing.isCurrent).toBe(false);
  });

  test.each([
    ['nothing was found', 'nowhere'],
    ['something else was found than was asked for', 'paymnets'],
  ])('stays so through a push when %s', (_case, text) => {
    const engine = createPromptEngine();
    for (const name of ['payments', 'other']) engine.upsert(searchRecord(name));
    const { page } = give(engine, textQuery(text));
    engine.upsert(searchRecord('other', { pushedAtMs: 9_000 }));
    expect(page.standing.isCurrent).toBe(true);
  });

  test.each([
    ['a new name', { name: 'another' }],
    ['a new text', { name: 'other', summary: 'of another' }],
    ['something that is no more private', { name: 'hidden' }],
  ])('is no more so after %s when nothing was found, or something else than was asked for', (_case, fields) => {
    const engine = createPromptEngine();
    for (const name of ['payments', 'other']) engine.upsert(searchRecord(name));
    engine.upsert(searchRecord('hidden', { isPrivate: true }));
    const pages = ['nowhere', 'paymnets'].map((text) => give(engine, textQuery(text)).page);
    expect(pages.map(({ corrected, standing }) => [corrected !== undefined, standing.isCurrent])).toEqual([
      [false, true],
      [true, true],
    ]);
    engine.upsert(searchRecord(fields.name, fields));
    expect(pages.map(({ standing }) => standing.isCurrent)).toEqual([false, false]);
  });

  test('is no more so after a push to what was found instead', () => {
    const engine = createPromptEngine();
    engine.upsert(searchRecord('payments'));
    const { page } = give(engine, textQuery('paymnets'));
    engine.upsert(searchRecord('payments', { pushedAtMs: 9_000 }));
    expect(page.standing.isCurrent).toBe(false);
  });

  test('is no more so once too many others were asked for', () => {
    const engine = createPromptEngine();
    engine.upsert(searchRecord('web'));
    const { page } = give(engine, textQuery('web'));
    for (let limit = 101; limit < 1_300; limit += 1) give(engine, textQuery('web', { limit }));
    expect(page.standing.isCurrent).toBe(false);
  });
});

describe('a page that is asked for again', () => {
  test('is what it would be had it never been asked for, whatever was written since', () => {
    let answers = 0;
    for (let seed = 1; seed <= 60; seed += 1) {
      const chance = createChance(seed);
      const engine = createPromptEngine({
        few: chance.pick([0, 3, 128]),
        keeping: chance.pick([KEEP_SHORTLY, KEEP_DEAR]),
      });
      const records = writeSome(engine, chance, 20);
      const asked = Array.from({ length: 25 }, () => randomSearch(chance)).flatMap((one) => [
        one,
        ...nextOf(engine, one),
      ]);
      for (let write = 0; write < 12; write += 1) {
        const again = asked.map((one) => give(engine, one).page);
        expect(again.map(withoutStanding)).toEqual(asked.map((one) => withoutStanding(atOnce(engine.search(one)))));
        answers += again.length;
        for (let i = chance.below(4); i >= 0; i -= 1) writeSomething(engine, records, chance);
      }
    }
    expect(answers).toBeGreaterThan(60 * 25 * 12);
  });

  test('is so as well when it is asked for many times at once, and in slices with writes between them', async () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const chance = createChance(seed);
      const engine = createSearchEngine({ sliceMs: 0, isFew: (slots) => slots <= 3 });
      const records = writeSome(engine, chance, 40);
      const asked = Array.from({ length: 10 }, () => randomSearch(chance));
      for (let round = 0; round < 5; round += 1) {
        const again = [...asked, ...asked].map((one) => engine.search({ ...one, isWatched: true }));
        for (let i = chance.below(4); i >= 0; i -= 1) {
          await setImmediate();
          writeSomething(engine, records, chance);
        }
        await Promise.all(again);
        const given = await Promise.all(asked.map((one) => engine.search({ ...one, isWatched: true })));
        const fresh = await Promise.all(asked.map((one) => engine.search(one)));
        expect(given.map(withoutStanding)).toEqual(fresh.map(withoutStanding));
      }
    }
  });

  test.each([
    ['few', 30],
    ['most', 300],
  ])('is right after pushes to %s of what it asks for', (_case, pushes) => {
    const engine = createPromptEngine();
    for (let i = 0; i < 400; i += 1) engine.upsert(searchRecord(`web-${i}`));
    const asked = textQuery('web', { limit: 10 });
    give(engine, asked);
    for (let i = 0; i < pushes; i += 1) engine.upsert(searchRecord(`web-${i}`, { pushedAtMs: 9_000 + i }));
    const { hits, total } = give(engine, asked).page;
    expect(total).toBe(400);
    expect(hits.map(({ name }) => name)).toEqual(Array.from({ length: 10 }, (_, at) => `web-${pushes - 1 - at}`));
  });
});

/** The page after it, by cursor, where there is one. */
function nextOf(engine: SearchEngine, asked: SearchQuery): SearchQuery[] {
  const { next } = atOnce(engine.search(asked));
  return next === undefined ? [] : [{ ...asked, start: { kind: 'cursor', cursor: next } }];
}

function withoutStanding({ standing: _standing, ...page }: SearchPage) {
  return page;
}
