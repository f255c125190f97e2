import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { RepositoryRecord } from '../../../src/index/record.ts';
import type { SearchEngine } from '../../../src/search/engine.ts';
import { createPlainEngine } from '../../../src/search/plain-engine.ts';
import { ALL, atOnce, namesOf, textQuery } from '../support/search-queries.ts';
import { searchRecord } from '../support/search-records.ts';

const component = fc.stringMatching(/^[ab]{1,2}(-[ab]{1,2})?$/);
const name = fc.array(component, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
const text = fc.option(fc.stringMatching(/^[aAbBé% _.]{0,6}$/), { nil: undefined });
const record = fc
  .record({ name, title: text, summary: text, pushedAtMs: fc.nat(3), tagCount: fc.integer({ min: 1, max: 3 }) })
  .map(({ tagCount, ...fields }) => searchRecord(fields.name, { ...fields, tags: tagsOf(tagCount) }));
const term = fc.stringMatching(/^[aAbBéÉ% _./*-]{0,4}$/);

const write = fc.oneof(record, name);
const query = fc.record({ term, offset: fc.nat(5), limit: fc.integer({ min: 1, max: 4 }) });
const last = fc.option(name, { nil: undefined });

function tagsOf(count: number) {
  return Array.from({ length: count }, (_, i) => ({
    name: `t${i}`,
    digest: 'sha256:0',
    pushedAtMs: 0,
    platforms: undefined,
  }));
}

interface Paged {
  readonly term: string;
  readonly offset: number;
  readonly limit: number;
}

function page(engine: SearchEngine, { term, offset, limit }: Paged) {
  return atOnce(engine.search(textQuery(term, { start: { kind: 'offset', offset }, limit })));
}

/** Whether a record holds a term, written as plainly as can be. */
function holds({ name, title = '', summary = '' }: RepositoryRecord, term: string): boolean {
  return [name, title, summary].some((part) => part.toLowerCase().indexOf(term.toLowerCase()) >= 0);
}

/** Writes a record, or removes one by its name, in the engine and in the truth. */
function writeBoth(engine: SearchEngine, truth: Map<string, RepositoryRecord>, one: RepositoryRecord | string) {
  if (typeof one === 'string') {
    engine.remove(one);
    truth.delete(one);
  } else {
    engine.upsert(one);
    truth.set(one.name, one);
  }
}

function expectSameHits(engine: SearchEngine, truth: readonly RepositoryRecord[], one: Paged) {
  const expected = truth.filter((candidate) => holds(candidate, one.term));
  const all = page(engine, { ...one, offset: 0, limit: 1_000 });
  expect(all.total).toBe(expected.length);
  expect(new Set(namesOf(all))).toEqual(new Set(expected.map(({ name }) => name)));
  expect(page(engine, one).hits).toEqual(all.hits.slice(one.offset, one.offset + one.limit));
}

function expectSameCatalog(engine: SearchEngine, names: readonly string[], last: string | undefined) {
  const after = names.toSorted().filter((known) => last === undefined || known > last);
  expect(engine.catalog({ last, limit: 2, visibility: ALL })).toEqual({
    names: after.slice(0, 2),
    more: after.length > 2,
  });
}

describe('the plain engine', () => {
  test('agrees with brute force on totals, hits, paging, catalog and size after every live write', () => {
    const steps = fc.array(fc.record({ write, query, last }), { maxLength: 40 });
    fc.assert(
      fc.property(steps, (all) => {
        const engine = createPlainEngine();
        const truth = new Map<string, RepositoryRecord>();
        for (const step of all) {
          writeBoth(engine, truth, step.write);
          expectSameHits(engine, [...truth.values()], step.query);
          expectSameCatalog(engine, [...truth.keys()], step.last);
          const tags = [...truth.values()].reduce((sum, { tags }) => sum + tags.length, 0);
          expect(engine.size()).toEqual({ repositories: truth.size, tags });
        }
      }),
    );
  });

  test('puts the best fit first, then the newest push, then the name', () => {
    const engine = createPlainEngine();
    const ordered = [
      searchRecord('web'),
      searchRecord('team/web'),
      searchRecord('web/api'),
      searchRecord('web-old', { pushedAtMs: 2_000 }),
      searchRecord('web-a', { pushedAtMs: 1_000 }),
      searchRecord('web-b', { pushedAtMs: 1_000 }),
      searchRecord('my-web'),
      searchRecord('cobwebs'),
      searchRecord('site', { summary: 'Our WEB page' }),
    ];
    for (const one of ordered.toReversed()) engine.upsert(one);
    engine.upsert(searchRecord('other'));
    expect(namesOf(atOnce(engine.search(textQuery('Web'))))).toEqual(ordered.map(({ name }) => name));
  });

  test('finds nothing beyond the last page, and still tells the total', () => {
    const engine = createPlainEngine();
    engine.upsert(searchRecord('one'));
    expect(page(engine, { term: '', offset: 25, limit: 25 })).toMatchObject({ total: 1, hits: [] });
  });

  test('shows the newer text of a repository alone', () => {
    const engine = createPlainEngine();
    engine.upsert(searchRecord('a', { summary: 'old words' }));
    engine.upsert(searchRecord('a', { summary: 'new ones' }));
    expect(atOnce(engine.search(textQuery('old'))).total).toBe(0);
    expect(atOnce(engine.search(textQuery('new'))).total).toBe(1);
  });
});
