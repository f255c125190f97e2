import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { portOf } from '../../support/network/listen.ts';
import { searchRecord } from '../../support/search/search-records.ts';
import { createServerBench, sendRaw } from '../../support/search/search-server.ts';

const { app } = createServerBench([searchRecord('team/x')]);
const unloaded = createServerBench(undefined).app;
const agent = new Agent({ keepAlive: true });

beforeAll(async () => {
  for (const server of [app, unloaded]) await server.listen({ host: '127.0.0.1', port: 0 });
});

afterAll(async () => {
  agent.destroy();
  await Promise.all([app.close(), unloaded.close()]);
});

const KNOWN = ['/', '/v1/_ping', '/v1/search', '/v1/suggest', '/v1/status', '/v2/', '/v2/_catalog'];
const OTHER_METHODS = ['POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND'];

/** Over a socket: the path arrives as it is written here. */
async function ask(path: string, method = 'GET', server = app, body = '') {
  const port = portOf(server.server);
  const headers = body === '' ? {} : { 'content-type': 'not a type', 'content-length': body.length };
  const [response] = await once(
    request({ host: '127.0.0.1', port, path, method, agent, headers }).end(body),
    'response',
  );
  const { location, allow, 'docker-distribution-api-version': version } = response.headers;
  return {
    status: response.statusCode,
    location,
    allow,
    version,
    headers: response.headers,
    body: await text(response),
  };
}

describe('a known route', () => {
  test.each(KNOWN.flatMap((url) => OTHER_METHODS.map((method) => [method, url] as const)))(
    'refuses %s %s and says what is allowed',
    async (method, url) => {
      const { status, allow, body } = await ask(url, method);
      expect({ status, allow }).toEqual({ status: 405, allow: 'GET, HEAD, OPTIONS' });
      expect(JSON.parse(body)).toEqual({ errors: [{ code: 'UNSUPPORTED', message: expect.any(String) }] });
    },
  );

  test.each([...KNOWN, '/v1/%73earch', '/v1/search?q=x', '*'])('says what is allowed to OPTIONS %s', async (url) => {
    const { status, allow, headers, body } = await ask(url, 'OPTIONS');
    expect({ status, allow, body }).toEqual({ status: 204, allow: 'GET, HEAD, OPTIONS', body: '' });
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  test.each(KNOWN)('answers HEAD %s with the headers of GET and no body', async (url) => {
    const [head, get] = [await ask(url, 'HEAD'), await ask(url)];
    const seen = ({ status, version, headers }: typeof head) => {
      return { status, version, type: headers['content-type'], length: headers['content-length'] };
    };
    expect(seen(head)).toEqual(seen(get));
    expect(head.body).toBe('');
  });

  test('refuses a method whatever body comes with it, which is not read', async () => {
    for (const length of [1, 10, 10_000]) {
      const { status, allow, headers } = await ask('/v1/search', 'POST', app, '{'.repeat(length));
      expect({ status, allow }).toEqual({ status: 405, allow: 'GET, HEAD, OPTIONS' });
      expect(headers.connection).toBe('close');
    }
  });
});

describe('an unknown path', () => {
  test.each([...OTHER_METHODS, 'OPTIONS', 'GET'])('is not found by %s', async (method) => {
    for (const url of ['/nothing', '/v1/search/x', '/v2/nothing', '/v2/team/x/tags/list']) {
      const { status, allow, body } = await ask(url, method);
      expect({ status, allow }).toEqual({ status: 404, allow: undefined });
      expect(JSON.parse(body).errors[0].code).toBe('NOT_FOUND');
    }
  });
});

/** As distribution 3.1 answers each of these; test/integration/clients/registry-paths.test.ts asks it. */
describe('below /v2', () => {
  test.each([
    ['/v2', '/v2/'],
    ['/v2?x=1', '/v2/?x=1'],
    ['/v2//', '/v2/'],
    ['//v2/', '/v2/'],
    ['//v2', '/v2'],
    ['/v2/_catalog/', '/v2/_catalog'],
    ['/v2/_catalog/?n=2&last=a%2Fb', '/v2/_catalog?n=2&last=a%2Fb'],
    ['/v2//_catalog', '/v2/_catalog'],
    ['/v2/_catalog//', '/v2/_catalog/'],
    ['/v2/./_catalog', '/v2/_catalog'],
    ['/v2/x/../_catalog', '/v2/_catalog'],
    ['/v2/_catalog%2f', '/v2/_catalog'],
    ['/v2//evil.example/', '/v2/evil.example/'],
    ['/v2///evil.example', '/v2/evil.example'],
    ['/v2/%2f/evil.example', '/v2/evil.example'],
    ['/v2/%2F%2Fevil.example', '/v2/evil.example'],
    ['/v2//\\evil.example', '/v2/%5Cevil.example'],
    ['/v2//%5cevil.example', '/v2/%5Cevil.example'],
    ['/v2//a%3fb%23c', '/v2/a%3Fb%23c'],
    ['/v2//%0d%0aSet-Cookie:a', '/v2/%0D%0ASet-Cookie:a'],
    ['http://evil.example/v2', '/v2/'],
    ['http://evil.example//v2//x', '/v2/x'],
  ])('%s leads to %s', async (url, location) => {
    for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS']) {
      expect(await ask(url, method)).toMatchObject({ status: 301, location, version: 'registry/2.0', body: '' });
    }
    expect(await ask(url, 'GET', unloaded)).toMatchObject({ status: 301, location });
  });

  test.each([
    '/v2/../../evil.example',
    '/v2/../..//evil.example',
    '/v2/%2e%2e/evil.example',
    '/v2/../v1/search',
    '/v2/nothing/',
    '/v2/\\evil.example',
    '/v2x/',
    '/v2x//',
    '/V2',
    '/v2%2f..%2f..%2fevil.example',
  ])('%s leads nowhere', async (url) => {
    expect(await ask(url)).toMatchObject({ status: 404, location: undefined });
  });

  test.each(['//', '//evil.example/v2/', '/v1/', '/v1//_ping', '//v1/_ping', '/v1/search/', '/v1/../v2//', '/\\v2//'])(
    'is not where %s is, which leads nowhere',
    async (url) => {
      expect(await ask(url)).toMatchObject({ status: 404, location: undefined, version: undefined });
    },
  );

  test.each([
    ['/v2/', 200],
    ['/v2/_catalog', 200],
    ['/v2/_catalog?n=x', 400],
    ['/v2/%ff', 400],
    ['/v2/nothing', 404],
    ['/v2/../x', 404],
  ])('%s is answered with %i as by a registry', async (url, status) => {
    expect(await ask(url)).toMatchObject({ status, version: 'registry/2.0' });
  });

  test('refusals name the version too', async () => {
    expect(await ask('/v2/_catalog', 'POST')).toMatchObject({ status: 405, version: 'registry/2.0' });
    expect(await ask('/v2/_catalog', 'OPTIONS')).toMatchObject({ status: 204, version: 'registry/2.0' });
    expect(await ask('/v2/_catalog', 'GET', unloaded)).toMatchObject({ status: 503, version: 'registry/2.0' });
    expect(await ask('/v1/search')).toMatchObject({ status: 200, version: undefined });
  });

  test('bytes that are no text in the parameters are passed on', async () => {
    const port = portOf(app.server);
    for (const byte of [0xff, 0x80, 0x7f]) {
      const head = Buffer.from([
        ...Buffer.from('GET /v2//_catalog?last='),
        byte,
        ...Buffer.from(' HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'),
      ]);
      expect(await sendRaw(port, head)).toMatch(/^HTTP\/1\.1 (?:301|400) /);
    }
  });

  const part = fc.constantFrom(
    ...'/ // v2 v1 . .. %2e%2e %2f %2F %5c \\ evil.example _catalog @ : ? # ; %00 é'.split(' '),
  );

  test('nothing leads off it, or without an end', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(part, { maxLength: 8 }),
        fc.constantFrom('/v2/', '/v2', '//v2', '/v1/', '/', '//'),
        (parts, start) => leadsNowhereElse(encodeURI(start + parts.join('')).replaceAll('%25', '%')),
      ),
      { numRuns: 400 },
    );
  });
});

async function leadsNowhereElse(url: string): Promise<void> {
  let at = url;
  for (let steps = 0; steps < 4; steps += 1) {
    const { status, location } = await ask(at);
    if (status !== 301) return expect(location).toBeUndefined();
    expect(at).toMatch(/^\/+v2/);
    expect(location).toMatch(/^\/v2(?:[/?]|$)/);
    at = String(location);
  }
  throw new Error(`${url} is redirected again and again`);
}
