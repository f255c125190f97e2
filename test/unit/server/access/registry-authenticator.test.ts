import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Presented } from '../../../../src/server/access/credential.ts';
import { tokenUrlOf } from '../../../../src/server/access/registry/challenge.ts';
import { createCredentialClient } from '../../../../src/server/access/registry/credential-client.ts';
import { createRegistryAuthenticator } from '../../../../src/server/access/registry/registry-authenticator.ts';
import { basic } from '../../../support/access/access-bench.ts';
import { listen } from '../../../support/network/listen.ts';

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

const ending: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ending.splice(0)) await end();
});

/** A registry that answers as `handle` does, and who asks it. */
async function askerOf(handle: Handle, tokenUrl?: string) {
  const heard: { readonly url: string; readonly authorization: string | undefined }[] = [];
  const server = createServer((request, response) => {
    heard.push({ url: request.url ?? '', authorization: request.headers.authorization });
    handle(request, response);
  });
  const url = `http://127.0.0.1:${await listen(server)}`;
  const wake = { up: Promise.withResolvers<void>() };
  const sleep = (_ms: number, signal: AbortSignal) => {
    const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    return Promise.race([wake.up.promise, stopped]);
  };
  const authenticator = createRegistryAuthenticator({
    address: { url, tokenUrl },
    client: createCredentialClient({ url }),
    sleep,
  });
  ending.push(async () => {
    await authenticator.close();
    server.close();
    server.closeAllConnections();
  });
  const check = (credential: Presented) => authenticator.check(credential, new AbortController().signal);
  /** Lets the next proof begin. */
  const proveAgain = () => {
    const { resolve } = wake.up;
    wake.up = Promise.withResolvers();
    resolve();
  };
  return { url, heard, authenticator, check, proveAgain };
}

function basicOf(name: string, password: string): Presented {
  return { kind: 'basic', name, password, header: basic(name, password) };
}

function bearerOf(token: string): Presented {
  return { kind: 'bearer', token, header: `Bearer ${token}` };
}

function jwt(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256' })}.${part(claims)}.${'s'.repeat(20)}`;
}

const EVE = basicOf('eve', 'secret');
const user = (name: string | undefined) => ({ kind: 'authenticated', user: name, groups: [] });

/** As a registry with htpasswd. */
const passwords: Handle = (request, response) => {
  if (request.headers.authorization === EVE.header) return void response.end('{}');
  response.writeHead(401, { 'www-authenticate': 'Basic realm="r"' }).end();
};

/** As a registry with a token server on its own host; it gives and accepts this token. */
function tokens(
  token: string,
  challenge = (host: string) => `Bearer realm="http://${host}/token",service="reg"`,
): Handle {
  return (request, response) => {
    const { authorization = '', host = '' } = request.headers;
    if (request.url?.startsWith('/token')) {
      if (authorization === EVE.header) return void response.end(JSON.stringify({ token }));
      return void response.writeHead(401).end();
    }
    if (authorization === `Bearer ${token}`) return void response.end('{}');
    response.writeHead(401, { 'www-authenticate': challenge(host) }).end();
  };
}

describe('a registry that takes passwords itself', () => {
  test('names who they belong to, and refuses others', async () => {
    const { check, authenticator } = await askerOf(passwords);
    expect(await check(EVE)).toEqual({ kind: 'known', caller: user('eve') });
    expect(await check(basicOf('eve', 'wrong'))).toEqual({ kind: 'refused' });
    expect(await check(bearerOf('x'))).toEqual({ kind: 'refused' });
    expect([authenticator.isPublic(), authenticator.problem()]).toEqual([false, undefined]);
    expect(authenticator.challenge({ hadToken: false })).toMatch(/^Basic /);
  });
});

describe('a registry with a token server', () => {
  test('is asked with a token for the password, without a scope; the name is that of the token', async () => {
    const token = jwt({ sub: 'Eve Adams' });
    const { check, heard } = await askerOf(tokens(token));
    expect(await check(EVE)).toEqual({ kind: 'known', caller: user('Eve Adams') });
    const [asked] = heard.filter(({ authorization, url }) => authorization === EVE.header && url.startsWith('/token'));
    expect(asked?.url).toBe('/token?service=reg&account=eve');
    expect(await check(basicOf('eve', 'wrong'))).toEqual({ kind: 'refused' });
  });

  test.each([
    ['a name and an end', jwt({ sub: 'eve', exp: 2_000 }), user('eve'), 2_000_000],
    ['no name', jwt({ sub: '', exp: 2_000 }), { kind: 'anonymous' }, 2_000_000],
    ['nothing of a name', jwt({}), { kind: 'anonymous' }, undefined],
    ['no form', 'opaque', user(undefined), undefined],
  ])('says by a token with %s who brings it', async (_, token, caller, expiresAtMs) => {
    const { check } = await askerOf(tokens(token));
    expect(await check(bearerOf(token))).toEqual({ kind: 'known', caller, ...(expiresAtMs ? { expiresAtMs } : {}) });
  });

  test('that gives tokens without a name to wrong passwords lets them be anonymous', async () => {
    const token = jwt({ sub: '' });
    const { check, authenticator } = await askerOf((request, response) => {
      if (request.url?.startsWith('/token')) response.end(JSON.stringify({ token }));
      else tokens(token)(request, response);
    });
    expect(await check(basicOf('eve', 'anything'))).toEqual({ kind: 'known', caller: { kind: 'anonymous' } });
    expect(authenticator.problem()).toBeUndefined();
  });

  test.each([
    ['by a name', jwt({ sub: '(anonymous)' }), jwt({ sub: '(anonymous)', jti: 2 }), /^/],
    [
      'by a name, where they ask to pull,',
      jwt({ sub: '(anonymous)' }),
      jwt({ sub: '(anonymous)', jti: 2 }),
      /scope=rep/,
    ],
    ['in no form', 'opaque', 'opaque-2', /^/],
  ])('that gives tokens %s to everybody lets who brings one be anonymous', async (_, token, other, toAnybody) => {
    const [named, anybodys] = [jwt({ sub: 'eve' }), [token, other]];
    const { check, authenticator } = await askerOf(({ url = '', headers: { authorization, host } }, response) => {
      const given = authorization === EVE.header ? named : anybodys[0];
      const isGiven = authorization === EVE.header || (authorization === undefined && toAnybody.test(url));
      if (url.startsWith('/token') && isGiven) return void response.end(JSON.stringify({ token: given }));
      if ([named, ...anybodys].some((one) => authorization === `Bearer ${one}`)) return void response.end('{}');
      response.writeHead(401, { 'www-authenticate': `Bearer realm="http://${host}/token"` }).end();
    });
    expect(await check(bearerOf(other))).toEqual({ kind: 'known', caller: { kind: 'anonymous' } });
    expect(await check(bearerOf(named))).toEqual({ kind: 'known', caller: user('eve') });
    expect(await check(EVE)).toEqual({ kind: 'known', caller: user('eve') });
    expect(authenticator.problem()).toBeUndefined();
  });

  test('has its challenge passed on, for the catalogue', async () => {
    const { check, authenticator, url } = await askerOf(tokens('t'));
    await check(EVE);
    const realm = `Bearer realm="${url}/token",service="reg",scope="registry:catalog:*"`;
    expect(authenticator.challenge({ hadToken: false })).toBe(realm);
    expect(authenticator.challenge({ hadToken: true })).toBe(`${realm},error="insufficient_scope"`);
  });

  test('elsewhere and without https gets no password', async () => {
    const { check, heard } = await askerOf(tokens('t', () => 'Bearer realm="http://elsewhere.example/token"'));
    expect(await check(EVE)).toMatchObject({
      kind: 'unavailable',
      problem: { message: expect.stringContaining('tokenURL') },
    });
    expect(heard.some(({ url }) => url.startsWith('/token'))).toBe(false);
  });
});

test.each([
  ['https://r.example', undefined, 'https://auth.example/token', 'https://auth.example/token'],
  ['https://r.example', undefined, 'https://r.example/token', 'https://r.example/token'],
  ['https://r.example', undefined, 'http://r.example/token', undefined],
  ['http://r.example:5000', undefined, 'http://r.example:5001/token', 'http://r.example:5001/token'],
  ['http://r.example', undefined, 'http://auth.example/token', undefined],
  ['https://r.example', undefined, 'https://a:b@auth.example/token', undefined],
  ['https://r.example', undefined, '/token', undefined],
  ['https://r.example', 'http://auth.ns.svc/token', 'http://auth.example/token', 'http://auth.ns.svc/token'],
])('a registry at %s with tokenURL %p and the realm %s gets passwords sent to %p', (url, tokenUrl, realm, target) => {
  expect(tokenUrlOf({ url, tokenUrl }, realm)?.href).toBe(target);
});

describe('a registry that lets everybody in', () => {
  const open: readonly [string, Handle, boolean][] = [
    ['with no login at all', (_, response) => void response.end('{}'), true],
    [
      'with any login',
      ({ headers }, response) => void response.writeHead(headers.authorization ? 200 : 401).end('{}'),
      false,
    ],
    [
      'with any token',
      ({ headers }, response) =>
        void response.writeHead(headers.authorization?.startsWith('Bearer') ? 200 : 401).end('{}'),
      false,
    ],
    [
      'with any token that looks like one',
      ({ headers }, response) =>
        void response.writeHead(/^Bearer .*\..*\./.test(headers.authorization ?? '') ? 200 : 401).end('{}'),
      false,
    ],
  ];
  test.each(open)('%s proves nothing: every caller is anonymous', async (_, handle, isPublic) => {
    const { check, authenticator } = await askerOf(handle);
    expect(await check(EVE)).toEqual({ kind: 'known', caller: { kind: 'anonymous' } });
    expect(await check(bearerOf(jwt({ sub: 'eve' })))).toEqual({ kind: 'known', caller: { kind: 'anonymous' } });
    expect(authenticator.problem()).toMatchObject({ reason: 'RegistryOpen' });
    expect(authenticator.isPublic()).toBe(isPublic);
  });

  test('from some time on is found out, and nobody who was known before is known any longer', async () => {
    let handle = passwords;
    const { check, authenticator, proveAgain } = await askerOf((request, response) => handle(request, response));
    expect(await check(EVE)).toEqual({ kind: 'known', caller: user('eve') });
    const before = authenticator.generation();
    handle = (_, response) => void response.end('{}');
    proveAgain();
    while (authenticator.problem() === undefined) await new Promise(setImmediate);
    expect(authenticator.generation()).not.toBe(before);
    expect(await check(EVE)).toEqual({ kind: 'known', caller: { kind: 'anonymous' } });
  });
});

describe('a registry that cannot say', () => {
  const silent: readonly [string, Handle, RegExp][] = [
    ['answers with an error', (_, response) => void response.writeHead(500).end(), /answers 500/],
    ['is no registry', (_, response) => void response.writeHead(404).end(), /answers 404/],
    ['ends the connection', ({ socket }) => void socket.destroy(), /does not answer \(/],
    [
      'leads back to a search service',
      (_, response) => void response.writeHead(508).end(),
      /leads back to a search service/,
    ],
    [
      'shows a page for people to everybody',
      (_, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('\n<!doctype html><html>…'),
      /answers with a page for people/,
    ],
    [
      'redirects',
      (_, response) => void response.writeHead(301, { location: 'http://127.0.0.1:1/v2/' }).end(),
      /answers 301/,
    ],
  ];
  test.each(silent)('because it %s leaves callers unknown, and says why', async (_, handle, message) => {
    const { check, authenticator } = await askerOf(handle);
    expect(await check(EVE)).toMatchObject({
      kind: 'unavailable',
      problem: { reason: 'RegistryUnreachable', message: expect.stringMatching(message) },
    });
    expect(authenticator.problem()).toMatchObject({ reason: 'RegistryUnreachable' });
    expect(authenticator.isPublic()).toBeUndefined();
  });

  test('at first is asked again, and believed once it does', async () => {
    let handle: Handle = (_, response) => void response.writeHead(502).end();
    const { check, authenticator, proveAgain } = await askerOf((request, response) => handle(request, response));
    expect(await check(EVE)).toMatchObject({ kind: 'unavailable' });
    handle = passwords;
    proveAgain();
    while (authenticator.isPublic() === undefined) await new Promise(setImmediate);
    expect(await check(EVE)).toEqual({ kind: 'known', caller: user('eve') });
  });

  test('later is what it was when it last did, and why it does not is said until it does again', async () => {
    let handle = passwords;
    const { check, authenticator } = await askerOf((request, response) => handle(request, response));
    expect(await check(EVE)).toMatchObject({ kind: 'known' });
    handle = (_, response) => void response.writeHead(502).end();
    expect(await check(EVE)).toMatchObject({ kind: 'unavailable', problem: { reason: 'RegistryUnreachable' } });
    expect(authenticator.isPublic()).toBe(false);
    expect(authenticator.problem()).toMatchObject({ reason: 'RegistryUnreachable' });
    handle = passwords;
    expect(await check(EVE)).toMatchObject({ kind: 'known' });
    expect(authenticator.problem()).toBeUndefined();
  });

  test('refuses the tokens of its own realm: that is said, and is no wrong password', async () => {
    const { check } = await askerOf((request, response) => {
      if (request.url?.startsWith('/token') && request.headers.authorization === EVE.header)
        return void response.end(JSON.stringify({ token: 'other' }));
      tokens('this')(request, response);
    });
    expect(await check(EVE)).toMatchObject({
      kind: 'unavailable',
      problem: { message: expect.stringContaining('refuses the tokens of its own realm') },
    });
  });
});
