import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import bcrypt from 'bcryptjs';
import type { AccessSettings } from '../../../src/api/access-settings.ts';
import { runCommand } from '../../env/command.ts';
import { requireParts } from '../../env/debian.ts';
import { type Dockerd, startDockerd } from '../../env/dockerd.ts';
import { type Registry, type RegistryAuth, startRegistry } from '../../env/registry.ts';
import { tempDirectory } from '../../env/temp-directory.ts';
import { startTokenServer, type TokenServer } from '../../env/token-server.ts';
import { type S3Server, startVersityGw } from '../../env/versitygw.ts';
import { basic } from '../../support/access/access-bench.ts';
import { DEPARTMENT_RULES } from '../../support/access/department-rules.ts';
import { eventually, until } from '../../support/eventually.ts';
import { type LiveSearch, startLiveSearch } from '../../support/search/live-search.ts';
import { createSearchTables } from '../../support/search/search-tables.ts';

const BUCKET = 'access';
const NAMES = ['hr/pay', 'hr/rooms', 'library/alpine', 'team/web'];
const SEEN = {
  nobody: ['library/alpine'],
  joe: ['library/alpine', 'team/web'],
  ann: ['hr/pay', 'library/alpine', 'team/web'],
  eve: NAMES,
} as const;
type User = Exclude<keyof typeof SEEN, 'nobody'>;
const USERS: readonly User[] = ['joe', 'ann', 'eve'];
const passwordOf = (user: string) => `${user}-password`;

let s3: S3Server;
let dockerd: Dockerd;
let directory: string;
let removeDirectory: () => Promise<void>;
let htpasswd: string;
const ends: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  await requireParts('podman', 'docker');
  const temp = await tempDirectory('access');
  directory = temp.path;
  removeDirectory = temp.remove;
  htpasswd = join(directory, 'htpasswd');
  await writeUsers(USERS);
  s3 = await startVersityGw({ buckets: [BUCKET] });
  dockerd = await startDockerd();
});

afterAll(async () => {
  for (const end of ends.reverse()) await end();
  await dockerd?.stop();
  await s3?.stop();
  await removeDirectory?.();
});

function writeUsers(users: readonly string[]): Promise<void> {
  return writeFile(htpasswd, users.map((user) => `${user}:${bcrypt.hashSync(passwordOf(user), 4)}\n`).join(''));
}

async function registryWith(auth: RegistryAuth | undefined): Promise<Registry> {
  const registry = await startRegistry({ s3, bucket: BUCKET, ...(auth ? { auth } : {}) });
  ends.push(registry.stop);
  return registry;
}

async function searchWith(settings: AccessSettings, rules = DEPARTMENT_RULES): Promise<LiveSearch> {
  const tables = createSearchTables();
  for (const name of NAMES) tables.write(name, Date.now());
  const search = await startLiveSearch(tables, { access: { settings, rules } });
  ends.push(search.stop);
  await until(() => search.isReady());
  return search;
}

function askingRegistry(url: string): AccessSettings {
  return { mode: 'Registry', url, tokenUrl: undefined, caFile: undefined, recheckSeconds: 60 };
}

/** The first column of a table as docker and podman print it, without its heading and the registry's host. */
function namesIn(output: string, prefix = ''): string[] {
  const rows = output.split('\n').slice(1);
  return rows
    .map((row) => (row.split(/\s+/)[0] ?? '').replace(prefix, ''))
    .filter((name) => name !== '')
    .sort();
}

/** docker and podman with credentials of their own, against one search service. */
function clientsOf(search: LiveSearch) {
  const { host } = new URL(search.url);
  const folderOf = (user: string) => join(directory, `${host.replace(':', '-')}-${user}`);
  const docker = (user: string, ...args: readonly string[]) =>
    runCommand('docker', args, {
      env: { DOCKER_HOST: dockerd.host, DOCKER_CONFIG: folderOf(user) },
      timeoutMs: 120_000,
    });
  const podman = (user: string, command: string, ...args: readonly string[]) =>
    runCommand('podman', [command, '--tls-verify=false', `--authfile=${folderOf(user)}.json`, ...args], {
      timeoutMs: 120_000,
    });
  const credentials = (user: string) => ['-u', user, '-p', passwordOf(user), host];
  return {
    async dockerSearch(user: string) {
      if (user !== 'nobody') await docker(user, 'login', ...credentials(user));
      return namesIn(await docker(user, 'search', '--no-trunc', `${host}/a`));
    },
    async podmanSearch(user: string) {
      await writeFile(`${folderOf(user)}.json`, '{}');
      if (user !== 'nobody') await podman(user, 'login', ...credentials(user));
      return namesIn(await podman(user, 'search', `${host}/a`), `${host}/`);
    },
  };
}

async function get(search: LiveSearch, path: string, authorization?: string) {
  const response = await fetch(search.url + path, authorization ? { headers: { authorization } } : {});
  const body: { readonly repositories?: readonly string[]; readonly num_results?: number } = JSON.parse(
    await response.text(),
  );
  return { status: response.status, body, challenge: response.headers.get('www-authenticate') };
}

async function catalogOf(search: LiveSearch, authorization?: string): Promise<readonly string[] | number> {
  const { status, body } = await get(search, '/v2/_catalog', authorization);
  return body.repositories ?? status;
}

/** Those of the names that hold an `a`, which is what is searched for. */
const withA = (user: keyof typeof SEEN) => SEEN[user].filter((name) => name.includes('a'));

describe.each(['passwords', 'tokens'] as const)('by a registry with %s', (kind) => {
  let search: LiveSearch;
  let tokens: TokenServer | undefined;

  beforeAll(async () => {
    const users = Object.fromEntries(USERS.map((user) => [user, passwordOf(user)]));
    tokens = kind === 'tokens' ? await startTokenServer({ users, algorithm: 'RS256' }) : undefined;
    if (tokens) ends.push(tokens.stop);
    const registry = await registryWith(tokens ? { token: tokens } : { htpasswd });
    search = await searchWith(askingRegistry(registry.url));
    await until(async () => (await get(search, '/v2/')).status === 401);
  });

  test.each(['nobody', ...USERS] as const)('docker search finds what %s may see', async (user) => {
    expect(await clientsOf(search).dockerSearch(user)).toEqual(withA(user));
  });

  test.each(['nobody', ...USERS] as const)('podman search finds what %s may see', async (user) => {
    expect(await clientsOf(search).podmanSearch(user)).toEqual(withA(user));
  });

  test.each(USERS)('curl lists what %s may see', async (user) => {
    expect(await catalogOf(search, basic(user, passwordOf(user)))).toEqual(SEEN[user]);
    expect((await get(search, '/v1/search?q=', basic(user, passwordOf(user)))).body.num_results).toBe(
      SEEN[user].length,
    );
    expect(await catalogOf(search, basic(user, 'wrong'))).toBe(401);
  });

  test('whoever has not logged in lists what everybody may see', async () => {
    expect(await catalogOf(search)).toEqual(SEEN.nobody);
  });

  test('clients are sent to the login of the registry', async () => {
    const { status, challenge } = await get(search, '/v2/');
    expect(status).toBe(401);
    expect(challenge).toMatch(tokens ? `Bearer realm="${tokens.realm}"` : /^Basic /);
  });
});

describe('where nothing is for everybody', () => {
  let search: LiveSearch;

  beforeAll(async () => {
    const registry = await registryWith({ htpasswd });
    search = await searchWith(askingRegistry(registry.url), {
      rules: DEPARTMENT_RULES.rules?.slice(1),
      groups: DEPARTMENT_RULES.groups ?? {},
    });
    await until(async () => (await get(search, '/v2/')).status === 401);
  });

  test.each(USERS)('docker and podman find what %s may see', async (user) => {
    const clients = clientsOf(search);
    expect(await clients.dockerSearch(user)).toEqual(withA(user));
    expect(await clients.podmanSearch(user)).toEqual(withA(user));
  });

  test('docker and podman find nothing without a login, and say that it is one', async () => {
    const clients = clientsOf(search);
    await expect(clients.dockerSearch('nobody')).rejects.toThrow(/401/);
    await expect(clients.podmanSearch('nobody')).rejects.toThrow(/unauthorized|authentication required|401/i);
  });

  test('a user who is put into the file can log in as soon as the last refusal is forgotten', async () => {
    expect(await catalogOf(search, basic('new', passwordOf('new')))).toBe(401);
    await writeUsers([...USERS, 'new']);
    await eventually(async () => expect(await catalogOf(search, basic('new', passwordOf('new')))).toHaveLength(2));
  });
});

test('a token is good for as long as the registry takes it and no longer, and whoever logs in has the next', async () => {
  // The registry takes a token for a minute after it has ended.
  const tokens = await startTokenServer({ users: { eve: passwordOf('eve') }, algorithm: 'RS256', validSeconds: -50 });
  ends.push(tokens.stop);
  const search = await searchWith(askingRegistry((await registryWith({ token: tokens })).url));
  const { dockerSearch } = clientsOf(search);
  const buy = async () => {
    const headers = { authorization: basic('eve', passwordOf('eve')) };
    const answer = await fetch(`${tokens.realm}?service=${tokens.service}`, { headers });
    const { token }: { readonly token: string } = JSON.parse(await answer.text());
    return `Bearer ${token}`;
  };
  await until(async () => (await catalogOf(search, await buy())) !== 503);
  const token = await buy();
  expect(await catalogOf(search, token)).toEqual(NAMES);
  expect(await dockerSearch('eve')).toEqual(withA('eve'));
  await eventually(async () => expect(await catalogOf(search, token)).toBe(401));
  expect(await catalogOf(search, await buy())).toEqual(NAMES);
  expect(await dockerSearch('eve')).toEqual(withA('eve'));
});

test.each(['silly', 'none'] as const)('a registry whose authentication is %s proves nothing', async (kind) => {
  const registry = await registryWith(kind === 'silly' ? { silly: true } : undefined);
  const search = await searchWith(askingRegistry(registry.url));
  await eventually(async () => expect(await catalogOf(search, basic('eve', 'x'))).toEqual(SEEN.nobody));
  expect(await catalogOf(search, 'Bearer eve')).toEqual(SEEN.nobody);
});

test('a search service that is asked in place of the registry says so, and lets nobody in', async () => {
  const registry = await registryWith({ htpasswd });
  const other = await searchWith(askingRegistry(registry.url));
  const search = await searchWith(askingRegistry(other.url));
  expect(await catalogOf(search, basic('eve', passwordOf('eve')))).toBe(503);
});

test("a registry's htpasswd file is enough, without the registry", async () => {
  await writeUsers(USERS);
  const search = await searchWith({ mode: 'Htpasswd', file: htpasswd, recheckSeconds: 60 });
  for (const user of USERS) expect(await catalogOf(search, basic(user, passwordOf(user)))).toEqual(SEEN[user]);
  expect(await catalogOf(search, basic('eve', passwordOf('joe')))).toBe(401);
  expect(await clientsOf(search).dockerSearch('eve')).toEqual(withA('eve'));
  await writeUsers(['joe']);
  await eventually(async () => expect(await catalogOf(search, basic('eve', passwordOf('eve')))).toBe(401));
  expect(await catalogOf(search, basic('joe', passwordOf('joe')))).toEqual(SEEN.joe);
});
