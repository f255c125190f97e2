import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import type { SearchEngine } from '../../../../src/search/api.ts';
import { createSearchEngine } from '../../../../src/search/engine/create-engine.ts';
import type { Condition } from '../../../../src/search/query/query.ts';
import {
  ALL,
  atOnce,
  CACHE_ALL,
  createPromptEngine,
  namesOf,
  textQuery,
} from '../../../support/search/search-queries.ts';
import { searchRecord } from '../../../support/search/search-records.ts';

function engineOf(...records: readonly Parameters<typeof searchRecord>[]): SearchEngine {
  const engine = createPromptEngine();
  for (const [name, fields] of records) engine.upsert(searchRecord(name, fields));
  return engine;
}

function found(engine: SearchEngine, text: string): string[] {
  return namesOf(atOnce(engine.search(textQuery(text))));
}

function foundBy(engine: SearchEngine, ...all: readonly Condition[]): string[] {
  return namesOf(atOnce(engine.search({ ...textQuery(''), query: { all, none: [] } })));
}

describe('ranking', () => {
  test('puts the best fit first, then the newest push, then the name', () => {
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
    const engine = createPromptEngine();
    for (const one of ordered.toReversed()) engine.upsert(one);
    engine.upsert(searchRecord('other'));
    expect(found(engine, 'Web')).toEqual(ordered.map(({ name }) => name));
  });

  test('judges by all texts, but for what is exactly one of them', () => {
    const engine = engineOf(['payments/api'], ['api/payments-old'], ['payments', { summary: 'api' }]);
    const texts: Condition[] = ['payments', 'api'].map((text) => ({ kind: 'text', text }));
    expect(foundBy(engine, ...texts)).toEqual(['payments', 'payments/api', 'api/payments-old']);
  });
});

describe('a text across separators', () => {
  const texts = Array.from({ length: 1_200 }, (_, i) => {
    const [before = '', after = ''] = [['mirror', 'door', 'server'][i % 3], ['core', 'cart', 'x-core'][(i % 5) % 3]];
    return i % 4 === 0 ? `${after}/${before}-${i}` : `${before}/${after}-${i}`;
  });
  /** A third has in its summary what others have in their names. */
  const records = texts.map((text, i) =>
    i % 7 < 2 ? { name: `n${i}`, summary: text } : { name: text, summary: undefined },
  );
  const engine = engineOf(...records.map(({ name, summary }): Parameters<typeof searchRecord> => [name, { summary }]));

  test.each([
    [['or/co']],
    [['ror/c']],
    [['r/ca']],
    [['or/core-1']],
    [['core/mir']],
    [['door/x-co']],
    [['e/s']],
    [['or/co', '-11']],
    [['99', 'r/core-']],
  ])('%j finds everybody who has it, and nobody else, where very many have each of its parts', (sought) => {
    const has = ({ name, summary }: (typeof records)[number], text: string) =>
      name.includes(text) || summary?.includes(text);
    const expected = records.filter((one) => sought.every((text) => has(one, text))).map(({ name }) => name);
    const all = sought.map((text) => ({ kind: 'text', text }) as const);
    const page = atOnce(engine.search({ ...textQuery('', { limit: 2_000 }), query: { all, none: [] } }));
    expect(expected.length).toBeGreaterThan(1);
    expect(namesOf(page).toSorted()).toEqual(expected.toSorted());
  });
});

describe('when nothing matches as typed', () => {
  test('searches the nearest word that there is, and says so', () => {
    const engine = engineOf(['team/payments'], ['team/orders']);
    const page = atOnce(engine.search(textQuery('paymnets')));
    expect(namesOf(page)).toEqual(['team/payments']);
    expect(page.corrected?.all).toEqual([{ kind: 'text', text: 'payments' }]);
  });

  test('mends one word of a phrase, and leaves words alone that are known', () => {
    const engine = engineOf(['team-a/payments']);
    const page = atOnce(engine.search(textQuery('team-a/pyaments')));
    expect(page.corrected?.all).toEqual([{ kind: 'text', text: 'team-a/payments' }]);
  });

  test('finds words near one that repeats its letters', () => {
    expect(atOnce(engineOf(['baaaaaa']).search(textQuery('aaaaaaa'))).corrected?.all).toEqual([
      { kind: 'text', text: 'baaaaaa' },
    ]);
  });

  test('corrects nothing where something matches, where nothing is near, and where words only do not meet: one is left out', () => {
    const engine = engineOf(['payment'], ['orders']);
    expect(atOnce(engine.search(textQuery('paymen'))).corrected).toBeUndefined();
    expect(atOnce(engine.search(textQuery('zzzzzzz'))).corrected).toBeUndefined();
    const both: Condition[] = ['payment', 'orders'].map((text) => ({ kind: 'text', text }));
    expect(atOnce(engine.search({ ...textQuery(''), query: { all: both, none: [] } }))).toMatchObject({
      total: 1,
      corrected: undefined,
      relaxed: [{ kind: 'word', typed: 'orders' }],
    });
  });

  test('does not tell of words that only hidden repositories have', () => {
    const engine = engineOf(['secret/payments', { isPrivate: true }], ['orders']);
    const visibility = [{ names: undefined, showPrivate: false }];
    const page = atOnce(engine.search(textQuery('paymnets', { visibility })));
    expect(page).toMatchObject({ total: 0, hits: [], next: undefined, corrected: undefined });
  });
});

describe('pages', () => {
  test('end at hit 10,000 by offset', () => {
    const engine = engineOf(['a']);
    const start = { kind: 'offset', offset: 9_901 } as const;
    expect(() => engine.search(textQuery('a', { start }))).toThrow(
      expect.objectContaining({ code: 'OFFSET_TOO_DEEP' }),
    );
    expect(atOnce(engine.search(textQuery('a', { start, limit: 99 }))).total).toBe(1);
  });

  test.each(['', 'x', 'W10', 'bnVsbA', 'WyJuYW1lIixmYWxzZSwwLDAsImEiXQ'])('refuse the cursor %p', (cursor) => {
    const start = { kind: 'cursor', cursor } as const;
    expect(() => engineOf(['a']).search(textQuery('a', { start }))).toThrow(
      expect.objectContaining({ code: 'CURSOR_INVALID' }),
    );
  });

  test('find nothing beyond the last, and still tell the total', () => {
    const start = { kind: 'offset', offset: 25 } as const;
    expect(atOnce(engineOf(['one']).search(textQuery('', { start })))).toMatchObject({ total: 1, hits: [] });
  });
});

describe('texts', () => {
  test.each([
    ['İstanbul', 'i̇stanbul'],
    ['GRÖSSE', 'grösse'],
    ['日本語 イメージ', '本語'],
    ['half \ud83d pair', '\ufffd'],
    ['100% sure', '% s'],
    ['tab\tand\nline', 'and\nline'],
  ])('of %p hold %p', (summary, text) => {
    expect(found(engineOf(['a', { summary }], ['b']), text)).toEqual(['a']);
  });

  test('are found in titles and values of labels, but not in keys, and not from one text into the next', () => {
    const engine = engineOf(['a', { title: 'one', summary: 'two', labels: { 'my.key': 'My Value' } }]);
    for (const text of ['one', 'two', 'my', 'y v']) expect(found(engine, text)).toEqual(['a']);
    for (const text of ['onetwo', 'e t', 'keymy', 'y m', 'y.k']) expect(found(engine, text)).toEqual([]);
  });

  test('replace those written before', () => {
    const engine = engineOf(['a', { summary: 'old words' }], ['a', { summary: 'new ones' }]);
    expect(found(engine, 'old')).toEqual([]);
    expect(found(engine, 'new')).toEqual(['a']);
  });
});

describe('writes', () => {
  test('keep the doc of a repository until it is removed', () => {
    const engine = engineOf(['a'], ['b']);
    const doc = engine.docOf('b');
    expect(engine.upsert(searchRecord('b', { title: 'new' }))).toBe(doc);
    engine.remove('b');
    expect(engine.docOf('b')).toBeUndefined();
    expect(engine.size()).toEqual({ repositories: 1, tags: 1 });
  });

  /** Its digest begins with the number. */
  const numberedTag = (name: string, number: number) => ({
    name,
    digest: `sha256:${number.toString(16).padStart(8, '0').padEnd(64, 'a')}`,
    pushedAtMs: number,
    platforms: ['linux/amd64'],
  });

  test('take a repository with thousands of tags, each of which is found', () => {
    const tags = Array.from({ length: 5_000 }, (_, i) => numberedTag(`v${i}`, i));
    const engine = engineOf(['dense', { tags }], ['sparse']);
    expect(foundBy(engine, { kind: 'digest', digest: 'sha256:00000fff' })).toEqual(['dense']);
    const clause = {
      names: [{ text: 'v4999', match: 'exact' }],
      platforms: [],
      fromMs: 4_999,
      beforeMs: 5_000,
    } as const;
    expect(foundBy(engine, { kind: 'tag', clause })).toEqual(['dense']);
    engine.upsert(searchRecord('dense'));
    expect(foundBy(engine, { kind: 'tag', clause })).toEqual([]);
    expect(engine.size()).toEqual({ repositories: 2, tags: 2 });
  });

  test.each([
    ['sorted by name', 4],
    ['not sorted', 0],
  ])('change some of many tags, which are %s', (_case, digits) => {
    const nameOf = (number: number) => `v${String(number).padStart(digits, '0')}`;
    // Each is in a list of digests of its own.
    const tagOf = (number: number, digest = number) => numberedTag(nameOf(number), digest << 16);
    const tags = Array.from({ length: 2_000 }, (_, number) => tagOf(number));
    const engine = engineOf(['dense', { tags }]);
    const changed = tags.with(3, tagOf(3, 5_000)).with(1_900, tagOf(6_000));
    engine.upsert(searchRecord('dense', { tags: changed }));
    const numbers = [2, 3, 4, 1_899, 1_900, 1_901, 5_000, 6_000];
    const isNamed = (number: number) =>
      foundBy(engine, {
        kind: 'tag',
        clause: {
          names: [{ text: nameOf(number), match: 'exact' }],
          platforms: [],
          fromMs: undefined,
          beforeMs: undefined,
        },
      }).length === 1;
    const hasDigest = (number: number) =>
      foundBy(engine, { kind: 'digest', digest: tagOf(number).digest }).length === 1;
    expect(numbers.filter(isNamed)).toEqual([2, 3, 4, 1_899, 1_901, 6_000]);
    expect(numbers.filter(hasDigest)).toEqual([2, 4, 1_899, 1_901, 5_000, 6_000]);
  });
});

test('what is written while a text is sought for the first time is kept with it', async () => {
  const engine = createSearchEngine({ sliceMs: 0, preferRecheck: () => false, caching: CACHE_ALL });
  for (let i = 0; i < 300; i += 1) engine.upsert(searchRecord(`payments/${i}`, { summary: 'about' }));
  for (let i = 0; i < 100; i += 1) engine.upsert(searchRecord(`other/${i}`, { summary: 'about' }));
  const all = ['payments', 'pay', 'ab'].map((text) => ({ kind: 'text' as const, text }));
  let isAnswered = false;
  const answer = Promise.resolve(engine.search(textQuery('', { query: { all, none: [] } }))).finally(() => {
    isAnswered = true;
  });
  let written = 0;
  for (; !isAnswered; written += 1) {
    engine.upsert(searchRecord(`new/${written}`, { summary: `cabin${written}` }));
    await setImmediate();
  }
  expect(await answer).toMatchObject({ total: 300 });
  expect(written).toBeGreaterThan(0);
  expect(await engine.search(textQuery('ab'))).toMatchObject({ total: 400 + written });
});

test('a search that is no longer wanted ends with the reason', async () => {
  const engine = createSearchEngine({ sliceMs: 0, preferRecheck: () => false });
  engine.upsert(searchRecord('a'));
  const stop = new AbortController();
  const all = [{ kind: 'text', text: 'a' } as const, { kind: 'type', type: 'image' } as const];
  const answer = Promise.resolve(engine.search(textQuery('a', { query: { all, none: [] } }), stop.signal));
  stop.abort(new Error('gone'));
  await expect(answer).rejects.toThrow('gone');
  await expect(Promise.resolve(engine.search(textQuery('a')))).resolves.toMatchObject({ total: 1 });
});

test('what becomes private while a search goes on is not shown, whatever else is asked meanwhile', async () => {
  const engine = createSearchEngine({ sliceMs: 0 });
  engine.upsert(searchRecord('team/payments'));
  engine.upsert(searchRecord('team/payments-secret'));
  let isAnswered = false;
  const visibility = [{ names: undefined, showPrivate: false }];
  const answer = Promise.resolve(engine.search(textQuery('paymnets', { visibility }))).finally(() => {
    isAnswered = true;
  });
  const others = Array.from({ length: 40 }, (_, i) => [{ names: [`other-${i}/**`], showPrivate: true }]);
  for (let turn = 0; turn < 4; turn += 1) await setImmediate();
  const listings = others.map((other) => engine.catalog({ last: undefined, limit: 1, visibility: other }));
  engine.upsert(searchRecord('team/payments-secret', { isPrivate: true }));
  expect(isAnswered).toBe(false);
  expect(namesOf(await answer)).toEqual(['team/payments']);
  await Promise.all(listings);
});

test('a long listing goes on where it was, even when the name that it came to is gone and its place taken', async () => {
  const engine = createSearchEngine({ sliceMs: 0 });
  const names = Array.from({ length: 5_000 }, (_, i) => `team/${String(i).padStart(4, '0')}`);
  for (const name of names) engine.upsert(searchRecord(name));
  const answer = engine.catalog({ last: undefined, limit: 5_000, visibility: ALL });
  expect(answer).toBeInstanceOf(Promise);
  for (const name of names.slice(0, 2_500)) engine.remove(name);
  for (let i = 0; i < 2_500; i += 1) engine.upsert(searchRecord(`a${i}`));
  const listed = await answer;
  expect(new Set(listed.names).size).toBe(listed.names.length);
  expect(listed.names).toEqual(expect.arrayContaining(names.slice(2_500)));
});
