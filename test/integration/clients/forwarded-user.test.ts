import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type TempDirectory, tempDirectory } from '../../env/temp-directory.ts';
import { startTraefikBefore } from '../../env/traefik.ts';
import { basic } from '../../support/access/access-bench.ts';
import { eventually, until } from '../../support/eventually.ts';
import { listen } from '../../support/network/listen.ts';
import { type LiveSearch, startLiveSearch } from '../../support/search/live-search.ts';
import { createSearchTables } from '../../support/search/search-tables.ts';

const NAMES = ['hr/pay', 'library/alpine', 'team/web'];
const RULES = {
  rules: [
    { names: ['library/**'], anonymous: true },
    { names: ['team/**'], authenticated: true },
    { names: ['hr/**'], users: ['eve'], groups: ['payments'] },
  ],
};
const SEEN = { nobody: ['library/alpine'], joe: ['library/alpine', 'team/web'], all: NAMES };
const HEADERS = { user: 'x-forwarded-user', groups: 'x-forwarded-groups', secret: 'x-registry-index-proxy-secret' };
const SECRET = 'a-secret-of-the-proxy';
const OTHER_SECRET = 'another-one-of-the-proxy';
const GROUPS: Readonly<Record<string, string>> = { eve: '', joe: 'web', ann: 'web,payments' };

let directory: TempDirectory;
let search: LiveSearch;
/** Where the proxy is. */
let proxied: string;
const ends: (() => unknown)[] = [];

beforeAll(async () => {
  directory = await tempDirectory('forwarded');
  await writeFile(secretFile(), SECRET);
  const tables = createSearchTables();
  for (const name of NAMES) tables.write(name, Date.now());
  const settings = { mode: 'ForwardedUser', secretFile: secretFile(), headers: HEADERS } as const;
  search = await startLiveSearch(tables, { access: { settings, rules: RULES } });
  ends.push(search.stop);
  await until(() => search.isReady());
  proxied = await startProxy();
});

afterAll(async () => {
  for (const end of ends.reverse()) await end();
  await directory?.remove();
});

function secretFile(): string {
  return join(directory.path, 'secret');
}

/** Traefik, which has a login service say who a request is from, and adds the secret. */
async function startProxy(): Promise<string> {
  const middlewares = {
    login: { forwardAuth: { address: await startLogin(), authResponseHeaders: [HEADERS.user, HEADERS.groups] } },
    proof: { headers: { customRequestHeaders: { [HEADERS.secret]: SECRET } } },
  };
  const router = { rule: 'PathPrefix(`/`)', service: 'search', middlewares: Object.keys(middlewares) };
  const services = { search: { loadBalancer: { servers: [{ url: search.url }] } } };
  const traefik = await startTraefikBefore({ http: { routers: { search: router }, middlewares, services } });
  ends.push(traefik.stop);
  const url = `http://127.0.0.1:${traefik.port}`;
  await until(async () => (await fetch(`${url}/v1/_ping`)).status === 200);
  return url;
}

/** As oauth2-proxy does it: names who has logged in, refuses a wrong password, and lets others pass without a name. */
async function startLogin(): Promise<string> {
  const server = createServer(({ headers: { authorization } }, response) => {
    const user = Object.keys(GROUPS).find((name) => authorization === basic(name, 'secret'));
    if (authorization !== undefined && user === undefined) return void response.writeHead(401).end();
    if (user !== undefined)
      response.setHeaders(
        new Map([
          [HEADERS.user, user],
          [HEADERS.groups, GROUPS[user] ?? ''],
        ]),
      );
    response.end();
  });
  ends.push(() => server.close());
  return `http://127.0.0.1:${await listen(server)}`;
}

async function seen(base: string, headers: Readonly<Record<string, string>> = {}): Promise<readonly string[] | number> {
  const answer = await fetch(`${base}/v2/_catalog`, { headers });
  const { repositories }: { readonly repositories?: readonly string[] } = JSON.parse((await answer.text()) || '{}');
  return repositories ?? answer.status;
}

const as = (user: string, password = 'secret') => ({ authorization: basic(user, password) });

describe('through a proxy that logs people in', () => {
  test('everybody sees what they may', async () => {
    expect(await seen(proxied, as('eve'))).toEqual(SEEN.all);
    expect(await seen(proxied, as('joe'))).toEqual(SEEN.joe);
    expect(await seen(proxied)).toEqual(SEEN.nobody);
    expect(await seen(proxied, as('eve', 'wrong'))).toBe(401);
  });

  test('a group of the login service counts', async () => {
    expect(await seen(proxied, as('ann'))).toEqual(SEEN.all);
  });

  test('nobody becomes another by headers of their own', async () => {
    const claims = { [HEADERS.user]: 'eve', [HEADERS.groups]: 'payments' };
    expect(await seen(proxied, { ...as('joe'), ...claims })).toEqual(SEEN.joe);
    expect(await seen(proxied, claims)).toEqual(SEEN.nobody);
    expect(await seen(proxied, { ...claims, [HEADERS.secret]: OTHER_SECRET })).toEqual(SEEN.nobody);
  });
});

test('past the proxy a name without its secret is refused, and who claims none sees what is for everybody', async () => {
  const claims = { [HEADERS.user]: 'eve', [HEADERS.groups]: 'payments' };
  expect(await seen(search.url, claims)).toBe(403);
  expect(await seen(search.url, { ...claims, [HEADERS.secret]: OTHER_SECRET })).toBe(403);
  expect(await seen(search.url, as('eve'))).toEqual(SEEN.nobody);
});

test('a secret that is replaced counts without a restart, and the former no longer', async () => {
  await writeFile(secretFile(), OTHER_SECRET);
  await eventually(async () => expect(await seen(proxied, as('eve'))).toBe(403));
  const proof = { [HEADERS.user]: 'eve', [HEADERS.secret]: OTHER_SECRET };
  expect(await seen(search.url, proof)).toEqual(SEEN.all);
});
