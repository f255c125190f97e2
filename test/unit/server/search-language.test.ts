import { describe, expect, test } from '@jest/globals';
import { searchRecord } from '../../support/search/search-records.ts';
import { createServerBench } from '../../support/search/search-server.ts';

const NOW_MS = Date.parse('2026-11-22T12:00:00Z');
const DAY_MS = 86_400_000;

function tag(name: string, daysAgo: number, platform: string) {
  return { name, digest: `sha256:${'0'.repeat(64)}`, pushedAtMs: NOW_MS - daysAgo * DAY_MS, platforms: [platform] };
}

const { app } = createServerBench(
  [
    searchRecord('payments/api', {
      pushedAtMs: NOW_MS - DAY_MS,
      tags: [tag('v1', 90, 'linux/arm64/v8'), tag('v2', 1, 'linux/amd64')],
    }),
    searchRecord('payments/web', { pushedAtMs: NOW_MS - 40 * DAY_MS, tags: [tag('v2', 40, 'linux/arm64/v8')] }),
  ],
  { now: () => NOW_MS },
);

async function get(url: string) {
  return JSON.parse((await app.inject({ url })).body);
}

async function find(query: string, parameters = '') {
  const { results } = await get(`/v1/search?q=${encodeURIComponent(query)}${parameters}`);
  return results.map(({ name }: { name: string }) => name);
}

describe('the query language over HTTP', () => {
  test.each([
    ['pay', ['payments/api', 'payments/web']],
    ['tag:v2 arch:arm64', ['payments/web']],
    ['pushed:>30d', ['payments/api', 'payments/web']],
    ['tag:v2 pushed:>30d', ['payments/web']],
    ['pay -pushed:<30d', ['payments/web']],
    ['pay -api', ['payments/web']],
  ])('%s', async (query, names) => {
    expect(await find(query)).toEqual(names);
  });

  test('orders as it is told', async () => {
    expect(await find('pay', '&sort=-name')).toEqual(['payments/web', 'payments/api']);
    expect(await find('pay', '&sort=-pushed')).toEqual(['payments/web', 'payments/api']);
    expect(await find('pay', '&sort=pushed')).toEqual(['payments/api', 'payments/web']);
  });

  test('says what it searched instead of a misspelt word, and only then', async () => {
    expect(await get('/v1/search?q=paymnets%20tag:v1')).toMatchObject({ corrected: 'payments tag:v1', num_results: 1 });
    expect(await get('/v1/search?q=pay')).not.toHaveProperty('corrected');
  });

  test('gives a cursor while there is more, and only then', async () => {
    const first = await get('/v1/search?q=pay&n=1');
    const second = await get(`/v1/search?q=pay&n=1&cursor=${encodeURIComponent(first.next)}`);
    expect(second.results.map(({ name }: { name: string }) => name)).toEqual(['payments/web']);
    expect(second).not.toHaveProperty('next');
  });
});

describe('GET /v1/suggest', () => {
  test('completes what was typed, whatever its case', async () => {
    expect(await get('/v1/suggest?q=WE')).toEqual({ suggestions: ['payments/web'] });
    expect(await get('/v1/suggest?q=pay&n=1')).toMatchObject({ suggestions: [expect.any(String)] });
  });

  test.each([
    ['n=-1', 'N_INVALID'],
    [`q=${'a'.repeat(257)}`, 'PREFIX_TOO_LONG'],
  ])('%.20s is refused', async (parameters, code) => {
    expect((await get(`/v1/suggest?${parameters}`)).errors).toEqual([{ code, message: expect.any(String) }]);
  });
});
