import { describe, expect, test } from '@jest/globals';
import { searchRecord } from '../../support/search/search-records.ts';
import { createServerBench } from '../../support/search/search-server.ts';

const UI = 'https://ui.example.com';
const ROUTES = ['/', '/v1/_ping', '/v1/search?q=x', '/v1/suggest', '/v1/status', '/v2/', '/v2/_catalog'];
const FAILURES = ['/v1/search?n=x', '/nothing', '/v2/nothing', '/v2//', '/v1/%ff', '/v2/%ff'];

function serverFor(...corsOrigins: string[]) {
  return createServerBench([searchRecord('team/x')], { corsOrigins }).app;
}

/** The headers that browsers and caches look at; of `Vary` only what is of origins. */
async function ask(
  app: ReturnType<typeof serverFor>,
  url: string,
  headers = {},
  method: 'GET' | 'OPTIONS' | 'POST' = 'GET',
) {
  const { statusCode: status, headers: all, body } = await app.inject({ url, method, headers });
  const seen = Object.entries(all).filter(([name]) => name.startsWith('access-control-'));
  if (/\bOrigin\b/.test(String(all.vary))) seen.push(['vary', 'Origin']);
  return { status, body, cors: Object.fromEntries(seen) };
}

const READABLE = {
  'access-control-allow-origin': UI,
  'access-control-expose-headers': 'Docker-Distribution-Api-Version, ETag, Link, Retry-After',
  vary: 'Origin',
};
const PREFLIGHT = { origin: UI, 'access-control-request-method': 'GET', 'access-control-request-headers': 'accept' };

describe('without origins', () => {
  test.each([...ROUTES, ...FAILURES])('%s says nothing of them', async (url) => {
    expect((await ask(serverFor(), url, { origin: UI })).cors).toEqual({});
  });

  test('a preflight is an OPTIONS like any other', async () => {
    expect(await ask(serverFor(), '/v1/search', PREFLIGHT, 'OPTIONS')).toMatchObject({ status: 204, cors: {} });
  });
});

describe('with an origin', () => {
  const app = serverFor('http://localhost:3000', UI);

  test.each([...ROUTES, ...FAILURES])('its pages may read %s, errors and redirects as well', async (url) => {
    expect((await ask(app, url, { origin: UI })).cors).toEqual(READABLE);
    expect((await ask(app, url, { origin: 'http://localhost:3000' })).cors).toEqual({
      ...READABLE,
      'access-control-allow-origin': 'http://localhost:3000',
    });
  });

  test.each([...ROUTES, ...FAILURES])(
    'others may not read %s, and caches are told that answers differ',
    async (url) => {
      const others = [
        'https://ui.example.com.evil.example',
        'http://ui.example.com',
        `${UI}:8443`,
        'https://UI.example.com',
        'null',
      ];
      for (const origin of [undefined, ...others]) {
        expect((await ask(app, url, origin === undefined ? {} : { origin })).cors).toEqual({ vary: 'Origin' });
      }
    },
  );

  test('an answer that was remembered for one origin is not that of another', async () => {
    for (const origin of [UI, UI, UI]) await ask(app, '/v1/search?q=team', { origin });
    expect((await ask(app, '/v1/search?q=team', { origin: 'https://evil.example' })).cors).toEqual({ vary: 'Origin' });
    expect((await ask(app, '/v1/search?q=team', { origin: UI })).cors).toEqual(READABLE);
  });

  test.each(ROUTES)('a preflight of %s is answered', async (url) => {
    expect(await ask(app, url, PREFLIGHT, 'OPTIONS')).toEqual({
      status: 204,
      body: '',
      cors: {
        ...READABLE,
        'access-control-allow-methods': 'GET, HEAD, OPTIONS',
        'access-control-allow-headers': 'Accept, Content-Type, If-None-Match, X-Requested-With',
        'access-control-max-age': '600',
      },
    });
  });

  test('a preflight of another origin, or of an unknown path, allows nothing', async () => {
    const other = { ...PREFLIGHT, origin: 'https://evil.example' };
    expect(await ask(app, '/v1/search', other, 'OPTIONS')).toMatchObject({ status: 204, cors: { vary: 'Origin' } });
    expect((await ask(app, '/v1/search', other, 'OPTIONS')).cors).toEqual({ vary: 'Origin' });
    expect(await ask(app, '/nothing', PREFLIGHT, 'OPTIONS')).toMatchObject({ status: 404 });
  });

  test('a method that is not allowed stays so', async () => {
    expect(await ask(app, '/v1/search', { origin: UI }, 'POST')).toMatchObject({ status: 405, cors: READABLE });
  });
});

describe('with *', () => {
  const app = serverFor('*');

  test.each([...ROUTES, ...FAILURES])('every page may read %s', async (url) => {
    for (const headers of [{ origin: 'https://any.example' }, { origin: 'null' }, {}]) {
      expect((await ask(app, url, headers)).cors).toEqual({ ...READABLE, 'access-control-allow-origin': '*' });
    }
  });
});

test('credentials are never allowed', async () => {
  for (const app of [serverFor('*'), serverFor(UI)]) {
    for (const method of ['GET', 'OPTIONS'] as const) {
      const { cors } = await ask(
        app,
        '/v1/search',
        { ...PREFLIGHT, 'access-control-request-headers': 'authorization' },
        method,
      );
      expect(cors).not.toHaveProperty('access-control-allow-credentials');
      expect(String(cors['access-control-allow-headers'])).not.toMatch(/authorization|cookie|\*/i);
    }
  }
});
