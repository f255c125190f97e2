import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import { OPEN_ACCESS } from '../../../src/server/access/access.ts';
import { searchRecord } from '../../support/search/search-records.ts';
import { createServerBench } from '../../support/search/search-server.ts';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;
const PUSHED_MS = Date.UTC(2026, 10, 18);
const TAGS = ['1.10', '1.9', 'latest'].map((name) => ({
  name,
  digest: name === '1.9' ? `sha256:${'1'.repeat(64)}` : DIGEST,
  pushedAtMs: PUSHED_MS,
  platforms: ['linux/amd64'],
}));
const NODE = searchRecord('base/node', {
  title: 'Node',
  summary: 'Our <b>Node</b>',
  labels: { 'com.acme.Team': 'Platform' },
  representative: '1.10',
  referrers: ['signature'],
  tags: TAGS,
  pushedAtMs: PUSHED_MS,
});
const RECORDS = [
  NODE,
  searchRecord('base/node/tags', { title: 'A proxy' }),
  searchRecord('hr/secret', { isPrivate: true }),
];
const { app } = createServerBench(RECORDS);

async function get(url: string, headers: Record<string, string> = {}, server = app) {
  const { statusCode: status, headers: answered, body, rawPayload } = await server.inject({ url, headers });
  return { status, headers: answered, body, bytes: rawPayload };
}

async function jsonOf(url: string, server = app) {
  const { status, body } = await get(url, {}, server);
  return { status, json: JSON.parse(body) };
}

const ROW = {
  name: 'base/node',
  description: 'Our <b>Node</b>',
  tag: '1.10',
  digest: DIGEST,
  pushed: '2026-11-18T00:00:00.000Z',
  tagCount: 3,
  types: ['image'],
  platforms: ['linux/amd64'],
  marks: ['signed'],
  labels: { 'com.acme.Team': 'Platform' },
};

describe('GET /api/v1/search', () => {
  test('answers with all that is known of each hit', async () => {
    const { json } = await jsonOf('/api/v1/search?q=node&n=1');
    expect(json).toMatchObject({ query: 'node', interpreted: 'node', total: 2, relaxed: [], hints: [] });
    expect(json.results).toEqual([ROW]);
    const next = await jsonOf(`/api/v1/search?q=node&n=1&cursor=${json.next}`);
    expect(next.json.results.map(({ name }: { name: string }) => name)).toEqual(['base/node/tags']);
    expect(next.json.next).toBeUndefined();
  });

  test('says how it understood a query, and counts alone with n=0', async () => {
    const { json } = await jsonOf('/api/v1/search?q=porxy&n=0');
    expect(json).toMatchObject({ interpreted: 'proxy', corrected: 'proxy', total: 1, results: [] });
    expect(json.relaxed).toEqual([{ kind: 'typo', typed: 'porxy', meant: 'proxy' }]);
  });

  test('explains a mistake with its position', async () => {
    const { status, json } = await jsonOf('/api/v1/search?q=arch:');
    expect(status).toBe(400);
    expect(json.errors[0]).toMatchObject({ code: 'QUERY_INVALID', detail: { position: expect.any(Number) } });
  });
});

describe('GET /api/v1/repositories/<name>', () => {
  test('answers with the repository and a page of its tags', async () => {
    const { json } = await jsonOf('/api/v1/repositories/base/node?sort=-version&n=1');
    const [tag] = json.tags.results;
    expect(json).toMatchObject({
      ...ROW,
      title: 'Node',
      summary: 'Our <b>Node</b>',
      dependents: { total: 0, names: [] },
    });
    expect(tag).toEqual({
      name: '1.10',
      digest: DIGEST,
      pushed: ROW.pushed,
      platforms: ['linux/amd64'],
      same: ['latest'],
    });
    const next = await jsonOf(`/api/v1/repositories/base/node?sort=-version&n=1&cursor=${json.tags.next}`);
    expect(next.json.tags.results[0].name).toBe('1.9');
  });

  test('takes names as they are, whatever they end with, however they are encoded', async () => {
    for (const name of ['base/node/tags', 'base%2Fnode%2Ftags']) {
      expect((await jsonOf(`/api/v1/repositories/${name}`)).json.name).toBe('base/node/tags');
    }
    const long = searchRecord(`a/${'x'.repeat(240)}`);
    const { app: server } = createServerBench([long]);
    expect((await jsonOf(`/api/v1/repositories/${long.name}`, server)).json.name).toBe(long.name);
  });

  test.each(['hr/secret', 'hr/nothing', '', 'base', 'base/node/', 'UPPER', 'a b', 'ü', '..%2f..'])(
    'says of %p just what it says of what is not there',
    async (name) => {
      const { status, json } = await jsonOf(`/api/v1/repositories/${encodeURI(name)}`);
      expect(status).toBe(404);
      expect(json.errors).toEqual([
        { code: 'NAME_UNKNOWN', message: 'there is no repository of that name that you may see' },
      ]);
    },
  );

  test.each([
    ['sort=size', 'TAG_SORT_INVALID'],
    ['n=-1', 'N_INVALID'],
    ['cursor=x', 'CURSOR_INVALID'],
    [`tag=${'x'.repeat(129)}`, 'TAG_FILTER_TOO_LONG'],
    ['tag=%ff', 'ENCODING_INVALID'],
  ])('refuses %s', async (query, code) => {
    const { status, json } = await jsonOf(`/api/v1/repositories/base/node?${query}`);
    expect({ status, code: json.errors[0].code }).toEqual({ status: 400, code });
  });
});

describe('GET /api/v1/digests/<digest>', () => {
  test.each([DIGEST, DIGEST.toUpperCase().replace('SHA256', 'sha256'), DIGEST.slice(0, 20)])(
    'names who has %s',
    async (digest) => {
      const { json } = await jsonOf(`/api/v1/digests/${digest}`);
      expect(json.results).toEqual([{ name: 'base/node', tags: ['1.10', 'latest'], tagCount: 2 }]);
      expect(json.total).toBe(1);
    },
  );

  test('answers 404 for one that nobody has, and 400 for what is none', async () => {
    const codeOf = async (digest: string) => (await jsonOf(`/api/v1/digests/${digest}`)).json.errors[0].code;
    expect(await codeOf(`${DIGEST.slice(0, -1)}0`)).toBe('MANIFEST_UNKNOWN');
    for (const none of ['', 'sha256:12', 'md5:0123456789abcdef', 'x', 'sha256:../x'])
      expect(await codeOf(none)).toBe('DIGEST_INVALID');
  });
});

test('facets, suggestions and totals are of what the caller may see', async () => {
  const { json: facets } = await jsonOf('/api/v1/facets?q=type:image');
  expect(facets.total).toBe(2);
  expect(facets.facets.namespace).toEqual([{ value: 'base', count: 2, filter: 'ns:base' }]);
  expect((await jsonOf('/api/v1/suggest?q=no')).json).toEqual({ suggestions: ['base/node', 'base/node/tags'] });
  expect((await jsonOf('/api/v1/suggest?q=secr')).json).toEqual({ suggestions: [] });
  const stats = { repositories: 2, tags: 4, newest: ROW.pushed, incomplete: false };
  expect((await jsonOf('/api/v1/stats')).json).toEqual(stats);
  const { app: empty } = createServerBench([], { incomplete: true });
  expect((await jsonOf('/api/v1/stats', empty)).json).toEqual({ repositories: 0, tags: 0, incomplete: true });
});

describe('every answer', () => {
  const URLS = ['/api/v1/search?q=node', '/api/v1/stats', '/api/v1/facets', '/api/openapi.json', '/api/'];

  test.each(URLS)('to %s has an ETag, by which a client that has it gets 304', async (url) => {
    const { headers } = await get(url);
    const tag = String(headers.etag);
    expect(headers['cache-control']).toMatch(/\bno-cache$/);
    expect(headers.vary).toMatch(/\bAccept-Encoding$/);
    for (const value of [tag, `"x", ${tag}`, tag.replace('W/', ''), '*']) {
      const again = await get(url, { 'if-none-match': value });
      expect({ status: again.status, body: again.body, etag: again.headers.etag }).toEqual({
        status: 304,
        body: '',
        etag: tag,
      });
    }
    expect((await get(url, { 'if-none-match': '"other"' })).status).toBe(200);
  });

  test('is compressed as the client wants it, where it is large', async () => {
    const url = '/api/openapi.json';
    const { body } = await get(url);
    const br = await get(url, { 'accept-encoding': 'gzip, deflate, br' });
    expect([br.headers['content-encoding'], brotliDecompressSync(br.bytes).toString()]).toEqual(['br', body]);
    const gzip = await get(url, { 'accept-encoding': 'gzip, br;q=0' });
    expect([gzip.headers['content-encoding'], gunzipSync(gzip.bytes).toString()]).toEqual(['gzip', body]);
    for (const header of ['identity', 'zstd', '', 'br;q=0']) {
      expect((await get(url, { 'accept-encoding': header })).headers['content-encoding']).toBeUndefined();
    }
    expect((await get('/api/v1/stats', { 'accept-encoding': 'br' })).headers['content-encoding']).toBeUndefined();
  });

  test('is for no shared cache where callers differ, and each has the tag of its own', async () => {
    const seesAll = [{ names: undefined, showPrivate: true }];
    const access = {
      ...OPEN_ACCESS,
      isPrivate: true,
      viewOf: ({ headers }: { headers: object }) =>
        'authorization' in headers ? { key: 'all', visibility: seesAll } : { key: 'none', visibility: [] },
    };
    const { app: server } = createServerBench(RECORDS, { access });
    const mine = await get('/api/v1/stats', { authorization: 'Basic eDp5' }, server);
    const theirs = await get('/api/v1/stats', {}, server);
    expect(mine.headers['cache-control']).toBe('private, no-cache');
    expect(mine.headers.vary).toBe('Authorization, Accept-Encoding');
    expect(mine.headers.etag).not.toBe(theirs.headers.etag);
    const guessed = await get('/api/v1/stats', { 'if-none-match': String(mine.headers.etag) }, server);
    expect(guessed.status).toBe(200);
  });

  test('of another method says what is allowed, also below a path', async () => {
    for (const url of ['/api/v1/search', '/api/v1/repositories/base/node', '/api/v1/digests/x']) {
      expect((await app.inject({ method: 'OPTIONS', url })).headers.allow).toBe('GET, HEAD, OPTIONS');
      expect((await app.inject({ method: 'POST', url })).statusCode).toBe(405);
    }
    const head = await app.inject({ method: 'HEAD', url: '/api/v1/repositories/base/node' });
    expect([head.statusCode, head.body]).toEqual([200, '']);
  });
});

describe('the description of the API', () => {
  test('is valid by the meta-schema of OpenAPI 3.1', async () => {
    const { json } = await jsonOf('/api/openapi.json');
    expect(json.openapi).toBe('3.1.0');
    expect(await new Validator().validate(json)).toEqual({ valid: true });
  });

  test('has a page for people that loads nothing from elsewhere, on which each route stands', async () => {
    const { json } = await jsonOf('/api/openapi.json');
    const { headers, body } = await get('/api/');
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'/);
    for (const path of Object.keys(json.paths)) expect(body).toContain(`GET ${path}`);
    expect(body.replace(/xmlns='[^']*'/, '')).not.toMatch(/ style=|https?:\/\//);
  });

  test('on the page leads to examples that answer', async () => {
    const { body } = await get('/api/');
    const links = [...body.matchAll(/href="(\/api\/v1\/[^"]*)"/g)].map(([, link]) => link ?? '');
    expect(links.length).toBe(6);
    for (const link of links.filter((one) => !one.includes('digests'))) expect((await get(link)).status).toBe(200);
  });
});
