import { describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { buildSearchServer } from '../../../src/server/app.ts';
import { createMetricsRegistry } from '../../../src/telemetry/metrics.ts';
import { searchRecord } from '../../support/search/search-records.ts';
import { createServerBench } from '../../support/search/search-server.ts';

const NAMES = ['a', 'a/b', 'a-b', 'b/c', 'team/x', 'team/y'];
const SORTED = NAMES.toSorted();
/** That of the tags of `searchRecord`. */
const DIGEST = `sha256:${'0'.repeat(64)}`;
const { app } = createServerBench(
  NAMES.map((name) => searchRecord(name)),
  { registryUrl: 'https://registry.example.com' },
);

async function get(url: string, server = app) {
  const { statusCode, headers, body } = await server.inject({ url });
  return { status: statusCode, headers, json: JSON.parse(body) };
}

describe('GET /v1/_ping', () => {
  test('answers true and tells that this registry stands alone', async () => {
    const { status, headers, json } = await get('/v1/_ping');
    expect({ status, json }).toEqual({ status: 200, json: true });
    expect(headers['x-docker-registry-standalone']).toBe('true');
    expect(headers['content-type']).toMatch('application/json');
  });
});

describe('GET /v2/', () => {
  test('answers as a registry', async () => {
    const { status, headers } = await get('/v2/');
    expect(status).toBe(200);
    expect(headers['docker-distribution-api-version']).toBe('registry/2.0');
  });
});

describe('GET /v2/_catalog', () => {
  test('leads through all names in byte order by its links', async () => {
    const names: string[] = [];
    let next: string | undefined = '/v2/_catalog?n=4';
    while (next) {
      const { headers, json } = await get(next);
      names.push(...json.repositories);
      next = /^<(.*)>; rel="next"$/.exec(String(headers.link))?.[1];
    }
    expect(names).toEqual(SORTED);
  });

  test.each([
    ['', SORTED, undefined],
    ['?n=6', SORTED, undefined],
    ['?n=2', SORTED.slice(0, 2), '</v2/_catalog?last=a-b&n=2>; rel="next"'],
    ['?n=3&last=', SORTED.slice(0, 3), '</v2/_catalog?last=a%2Fb&n=3>; rel="next"'],
    ['?last=team', ['team/x', 'team/y'], undefined],
    ['?last=team%2Fx', ['team/y'], undefined],
    ['?last=zzz', [], undefined],
    ['?last=%F0%9F%90%B3', [], undefined],
    ['?n=1000000', SORTED, undefined],
    ['?n=0', [], undefined],
    ['?n=0&last=a', [], undefined],
    ['?n=', SORTED, undefined],
    ['?n=&last=', SORTED, undefined],
    ['?n', SORTED, undefined],
    ['?n=%2B2', SORTED.slice(0, 2), '</v2/_catalog?last=a-b&n=2>; rel="next"'],
  ])('%s', async (query, repositories, link) => {
    const { headers, json } = await get(`/v2/_catalog${query}`);
    expect({ json, link: headers.link }).toEqual({ json: { repositories }, link });
  });

  test.each([
    ['n=x', 'PAGINATION_NUMBER_INVALID'],
    ['n=-1', 'PAGINATION_NUMBER_INVALID'],
    ['n=1.5', 'PAGINATION_NUMBER_INVALID'],
    ['n=+5', 'PAGINATION_NUMBER_INVALID'],
    ['last=%ff', 'ENCODING_INVALID'],
  ])('%s is refused as %s', async (query, code) => {
    const { status, json } = await get(`/v2/_catalog?${query}`);
    expect({ status, json }).toEqual({ status: 400, json: { errors: [{ code, message: expect.any(String) }] } });
  });

  test('gives a hundred names unless asked, and a thousand at most', async () => {
    const large = createServerBench(Array.from({ length: 1_001 }, (_, i) => searchRecord(`r${i}`))).app;
    expect((await get('/v2/_catalog', large)).json.repositories).toHaveLength(100);
    const page = await get('/v2/_catalog?n=5000', large);
    expect(page.json.repositories).toHaveLength(1_000);
    expect(page.headers.link).toContain('n=1000');
  });
});

describe('GET /v1/suggest', () => {
  test.each([
    ['q=team&n=1', ['team/x']],
    ['q=team&n=', ['team/x', 'team/y']],
    ['q=team&n=0', []],
    ['q=', []],
    ['', []],
  ])('%s', async (query, suggestions) => {
    expect(await get(`/v1/suggest?${query}`)).toMatchObject({ status: 200, json: { suggestions } });
  });
});

describe('an answer that was remembered', () => {
  test.each(['/v2/_catalog?n=4', '/v1/suggest?q=te', '/v1/search?q=team'])(
    'of %s is the same, headers included, until something is written',
    async (url) => {
      const { app: server, engine, metricsRegistry } = createServerBench(NAMES.map((name) => searchRecord(name)));
      const [first, ...others] = [await get(url, server), await get(url, server), await get(url, server)];
      const told = ({ status, headers, json }: Awaited<ReturnType<typeof get>>) => {
        return { status, json, type: headers['content-type'], link: headers.link };
      };
      for (const other of others) expect(told(other)).toEqual(told(first));
      // The second of them as well, where the first took so long that it was remembered at once.
      expect(await metricsRegistry.metrics()).toMatch(/^registry_index_search_answers_total\{source="cache"\} [12]$/m);
      engine.upsert(searchRecord('aa/team'));
      expect((await get(`${url}&x`, server)).json).not.toEqual(first.json);
    },
  );
});

describe('GET /v1/status', () => {
  test('tells how much is known', async () => {
    expect((await get('/v1/status')).json).toEqual({ repositories: 6, tags: 6, incomplete: false, epoch: 3 });
  });
});

describe('GET /', () => {
  test('names the service and its routes, each of which answers', async () => {
    const { json } = await get('/');
    expect(json.name).toBe('registry-index');
    for (const route of json.routes) {
      const url = route.replace(/\?.*/, '').replace('<name>', 'a').replace('<digest>', DIGEST);
      expect({ url, status: (await app.inject({ url })).statusCode }).toEqual({ url, status: 200 });
    }
  });
});

describe('a replica that has loaded nothing yet', () => {
  const empty = createServerBench(undefined).app;

  test.each(['/v1/search?q=x', '/v2/_catalog', '/v1/status'])('asks to come back later for %s', async (url) => {
    const { status, headers, json } = await get(url, empty);
    expect(status).toBe(503);
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    expect(json.errors[0].code).toBe('NOT_READY');
  });

  test.each(['/v1/_ping', '/v2/', '/'])('answers %s', async (url) => {
    expect((await get(url, empty)).status).toBe(200);
  });
});

describe('anything else', () => {
  test.each(['/nothing', '/v1/search/x', '/v2/team/x/tags/list', '//', '/v1/%73earch/../x'])(
    '%s is not found, told as JSON',
    async (url) => {
      const { status, json } = await get(url);
      expect({ status, code: json.errors[0].code }).toEqual({ status: 404, code: 'NOT_FOUND' });
    },
  );

  test('a path that cannot be decoded is refused', async () => {
    const { status, json } = await get('/v1/%ff');
    expect({ status, code: json.errors[0].code }).toEqual({ status: 400, code: 'ENCODING_INVALID' });
  });

  test.each(['/%ff', '/r/%ff', '/d/%E0%A4'])('a browser sees a page that says so of %s', async (url) => {
    const { app } = createServerBench([]);
    const { statusCode, headers, body } = await app.inject({ url, headers: { accept: 'text/html' } });
    expect([statusCode, headers['content-type']]).toEqual([400, 'text/html; charset=utf-8']);
    expect(body).toContain('percent-encoded');
  });

  test('a fault of ours is told without its words', async () => {
    const replica = {
      current: () => {
        throw new Error('secret');
      },
    };
    const { app: broken } = buildSearchServer({
      replica,
      metricsRegistry: createMetricsRegistry(),
      log: pino({ level: 'silent' }),
    });
    const { status, json } = await get('/v1/status', broken);
    expect(status).toBe(500);
    expect(JSON.stringify(json)).not.toContain('secret');
  });
});

describe('metrics', () => {
  test('count requests by route and code, never by what was asked', async () => {
    const { app: counted, metricsRegistry } = createServerBench([]);
    await get('/v1/search?q=something', counted);
    await get('/some/path/of/nobody', counted);
    const text = await metricsRegistry.metrics();
    expect(text).toMatch(/registry_index_search_requests_total\{route="\/v1\/search",code="200"\} 1\n/);
    expect(text).toMatch(/registry_index_search_requests_total\{route="none",code="404"\}/);
    expect(text).not.toContain('something');
  });
});
