import { describe, expect, test } from '@jest/globals';
import { searchRecord } from '../../support/search/search-records.ts';
import { createServerBench, type ServerBench } from '../../support/search/search-server.ts';

const RECORDS = [
  searchRecord('team/nginx', { summary: 'A "web" server', title: 'Nginx', pushedAtMs: 3_000 }),
  searchRecord('team/proxy', { title: 'Runs before nginx', pushedAtMs: 2_000 }),
  searchRecord('other_100%', { pushedAtMs: 1_000 }),
];

function many(count: number) {
  return Array.from({ length: count }, (_, i) => searchRecord(`r${String(i).padStart(5, '0')}`));
}

async function get(url: string, records = RECORDS, options = {}) {
  return answerOf(createServerBench(records, options), url);
}

async function answerOf({ app }: ServerBench, url: string) {
  const { statusCode, headers, body } = await app.inject({ url });
  return { status: statusCode, headers, json: JSON.parse(body) };
}

async function totalOf(query: string) {
  return (await get(`/v1/search?${query}`)).json.num_results;
}

describe('GET /v1/search', () => {
  const large = createServerBench(many(1_100));

  test('answers what docker and podman read', async () => {
    const { status, json, headers } = await get('/v1/search?q=nginx&n=25');
    const fixed = { star_count: 0, is_official: false, is_automated: false, is_trusted: false };
    expect(status).toBe(200);
    expect(headers['content-type']).toMatch('application/json');
    expect(json).toEqual({
      query: 'nginx',
      num_results: 2,
      num_pages: 1,
      page: 1,
      page_size: 25,
      results: [
        { name: 'team/nginx', description: 'A "web" server', ...fixed },
        { name: 'team/proxy', description: 'Runs before nginx', ...fixed },
      ],
      interpreted: 'nginx',
      relaxed: [],
      hints: [],
    });
  });

  test.each([
    ['q=', 3],
    ['', 3],
    ['q=NGINX', 2],
    ['q=team%2Fn', 1],
    ['q=team/n', 1],
    ['q=runs+before', 1],
    ['q=runs%20before', 1],
    ['q=100%25', 1],
    ['q=_', 1],
    ['q=.*', 0],
    ['q=[', 0],
    ['q=(.*[', 0],
    ['q=%00', 0],
    ['q=%F0%9F%90%B3', 0],
    ['q=proxy&q=nginx', 1],
    ['q=a=b', 0],
  ])('%s finds %i, every character taken literally', async (query, total) => {
    expect(await totalOf(query)).toBe(total);
  });

  test('goes on by cursors, from the first page to the end', async () => {
    const names: string[] = [];
    let place = '';
    for (let pages = 1; pages <= 3; pages += 1) {
      const { json } = await get(`/v1/search?q=r&n=10${place}`, many(25));
      expect(json).toMatchObject({ num_results: 25, num_pages: 3, page_size: 10 });
      expect(json.page).toBe(place === '' ? 1 : undefined);
      names.push(...json.results.map((row: { name: string }) => row.name));
      place = `&cursor=${encodeURIComponent(json.next)}`;
    }
    expect(names).toEqual(many(25).map(({ name }) => name));
    expect(place).toBe('&cursor=undefined');
  });

  test('pages through everything once, with an exact total', async () => {
    const names: string[] = [];
    for (const page of [1, 2, 3]) {
      const { json } = await get(`/v1/search?q=r&n=100&page=${page}`, many(250));
      expect(json).toMatchObject({ num_results: 250, num_pages: 3, page, page_size: 100 });
      names.push(...json.results.map((row: { name: string }) => row.name));
    }
    expect(names).toEqual(many(250).map(({ name }) => name));
  });

  test.each([
    ['n=100000', 1_000],
    ['n=1001', 1_000],
    ['n=1000', 1_000],
    ['n=200', 200],
    ['n=1', 1],
    ['n=007', 7],
    ['n=%2B5', 5],
    ['n=99999999999999999999999', 1_000],
    ['n=', 25],
    ['n', 25],
    ['n=&n=3', 25],
    ['', 25],
  ])('%s gives %i rows', async (query, rows) => {
    const { json } = await answerOf(large, `/v1/search?${query}`);
    expect(json.page_size).toBe(rows);
    expect(json.results).toHaveLength(rows);
  });

  test.each(['', '&page=3', '&sort=name'])('n=0%s only counts', async (query) => {
    const { status, json } = await get(`/v1/search?q=r&n=0${query}`, many(30));
    expect(status).toBe(200);
    expect(json).toMatchObject({ num_results: 30, num_pages: 0, page_size: 0, results: [] });
    expect(json).not.toHaveProperty('next');
  });

  test.each(['q=', 'n=', 'page=', 'sort=', 'cursor=', 'cursor=&page=1', 'q=&n=&page=&sort=&cursor='])(
    '%s counts as left out',
    async (query) => {
      const { status, json } = await get(`/v1/search?${query}`);
      const plain = await get('/v1/search');
      expect({ status, json }).toEqual({ status: 200, json: plain.json });
    },
  );

  test.each([
    ['n=abc', 'N_INVALID'],
    ['n=-1', 'N_INVALID'],
    ['n=1.5', 'N_INVALID'],
    ['n=1e2', 'N_INVALID'],
    ['n=0x10', 'N_INVALID'],
    ['n=+5', 'N_INVALID'],
    ['n=1_0', 'N_INVALID'],
    ['n=Infinity', 'N_INVALID'],
    ['n=%201', 'N_INVALID'],
    ['n=%D9%A1', 'N_INVALID'],
    ['page=0', 'PAGE_INVALID'],
    ['page=-3', 'PAGE_INVALID'],
    ['page=x', 'PAGE_INVALID'],
    ['page=401&n=25', 'OFFSET_TOO_DEEP'],
    ['page=11&n=1000', 'OFFSET_TOO_DEEP'],
    ['page=99999999999999999999', 'OFFSET_TOO_DEEP'],
    [`page=${'9'.repeat(400)}&n=0`, 'OFFSET_TOO_DEEP'],
    ['cursor=x', 'CURSOR_INVALID'],
    ['cursor=x&page=1', 'CURSOR_AND_PAGE'],
    ['sort=stars', 'SORT_INVALID'],
    ['q=%ff', 'ENCODING_INVALID'],
    ['q=%', 'ENCODING_INVALID'],
    ['q=%zz', 'ENCODING_INVALID'],
    ['q=%C3', 'ENCODING_INVALID'],
    ['q=%ED%A0%80', 'ENCODING_INVALID'],
    ['%ff=1', 'ENCODING_INVALID'],
  ])('%.30s is refused as %s', async (query, code) => {
    const { status, json } = await get(`/v1/search?${query}`);
    expect({ status, json }).toEqual({ status: 400, json: { errors: [{ code, message: expect.any(String) }] } });
  });

  test('a mistake in the query is explained, with its position', async () => {
    const { status, json } = await get('/v1/search?q=nginx+arhc:arm64');
    const message = 'unknown filter `arhc:` at position 6; did you mean `arch:`?';
    expect({ status, json }).toEqual({
      status: 400,
      json: { errors: [{ code: 'QUERY_INVALID', message, detail: { position: 6 } }] },
    });
  });

  test('says how it read the query', async () => {
    expect((await get('/v1/search?q=registry.example:5000/team/nginx:latest')).json).toMatchObject({
      num_results: 1,
      interpreted: 'name:team/nginx tag:latest',
      relaxed: [{ kind: 'reference', typed: 'registry.example:5000/team/nginx:latest', name: 'team/nginx' }],
      hints: ['"registry.example:5000/team/nginx:latest" was read as the repository team/nginx'],
    });
    expect((await get('/v1/search?q=NGINX+arch:aarch64')).json).toMatchObject({
      num_results: 0,
      interpreted: 'nginx arch:arm64',
      hints: [expect.stringContaining('arch:arm64')],
    });
  });

  describe.each(['docker/20.10.24 go/go1.19.8', 'containers/5.23.1 (github.com/containers/image)'])('%s', (agent) => {
    const rowsOf = async (url: string) => {
      const { app } = createServerBench(RECORDS);
      const asked = async (userAgent: string) => {
        const { body } = await app.inject({ url, headers: { 'user-agent': userAgent } });
        return JSON.parse(body).results.map(({ name }: { name: string }) => name);
      };
      // Each form is remembered for itself.
      await asked('curl/8');
      await asked(agent);
      return { rows: await asked(agent), others: await asked('curl/8') };
    };

    test('shows hints as rows where there is no hit, which others do not', async () => {
      expect(await rowsOf('/v1/search?q=type:chart')).toEqual({ rows: ['(hint)'], others: [] });
      expect(await rowsOf('/v1/search?q=type:chart&n=0')).toEqual({ rows: [], others: [] });
    });

    test('shows no hint beside hits', async () => {
      const names = ['team/nginx'];
      expect(await rowsOf('/v1/search?q=r.example/team/nginx:latest')).toEqual({ rows: names, others: names });
    });
  });

  test.each(['docker/20.10.24 go/go1.19.8', 'containers/5.23.1 (github.com/containers/image)'])(
    'a mistake is told as a row to %s, which shows nothing else',
    async (agent) => {
      const { app } = createServerBench(RECORDS);
      const url = '/v1/search?n=25&q=nginx+arhc%3Aarm64';
      const { statusCode, body } = await app.inject({ url, headers: { 'user-agent': agent } });
      const description = 'unknown filter `arhc:` at position 6; did you mean `arch:`?';
      const row = { name: '(mistake)', description, star_count: 0 };
      expect(statusCode).toBe(200);
      expect(JSON.parse(body)).toMatchObject({ query: 'nginx arhc:arm64', num_results: 0, results: [row] });
    },
  );

  test.each([`q=${'a'.repeat(1_025)}`, `q=${'%C3%A4'.repeat(1_025)}`, `q=${'a+'.repeat(33)}`])(
    '%.30s is too long',
    async (query) => {
      const { status, json } = await get(`/v1/search?${query}`);
      expect({ status, code: json.errors[0].code }).toEqual({ status: 400, code: 'QUERY_INVALID' });
    },
  );

  test('answers a term of 1,024 characters and the deepest page', async () => {
    expect((await get(`/v1/search?q=${'%C3%A4'.repeat(1_024)}`)).json.num_results).toBe(0);
    expect((await get('/v1/search?page=400&n=25')).json).toMatchObject({ page: 400, results: [] });
    expect((await get('/v1/search?page=10&n=1000')).status).toBe(200);
  });

  test('says when not everything is indexed yet, and only then', async () => {
    expect((await get('/v1/search?q=team', RECORDS, { incomplete: true })).json.incomplete).toBe(true);
    expect((await get('/v1/search?q=team')).json).not.toHaveProperty('incomplete');
  });
});

describe('what is said of an answer without hits while the index is being filled', () => {
  const hintsOf = async (query: string, records = RECORDS, incomplete = true) =>
    (await get(`/v1/search?q=${query}`, records, { incomplete })).json.hints;

  test('is first that it may come yet', async () => {
    const [first, second] = await hintsOf('mysql');
    expect(first).toBe('the index is being filled: what is not found may come yet');
    expect([second]).toEqual(await hintsOf('mysql', RECORDS, false));
  });

  test('is not that the registry is empty', async () => {
    expect(await hintsOf('nginx', [])).toEqual([
      'there is nothing yet that you may see: the index is being filled, or you need to log in',
    ]);
  });

  test('is nothing where something was found', async () => {
    expect(await hintsOf('nginx')).toEqual([]);
  });
});
