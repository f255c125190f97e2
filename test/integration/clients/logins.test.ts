import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import bcrypt from 'bcryptjs';
import type { AccessRules } from '../../../src/api/access-rules.ts';
import { type Dockerd, startDockerd } from '../../env/dockerd.ts';
import { type Registry, startRegistry } from '../../env/registry.ts';
import { type TempDirectory, tempDirectory } from '../../env/temp-directory.ts';
import { startTokenServer } from '../../env/token-server.ts';
import { type S3Server, startVersityGw } from '../../env/versitygw.ts';
import { DEPARTMENT_RULES } from '../../support/access/department-rules.ts';
import { eventually, until } from '../../support/eventually.ts';
import { type DividedHostOptions, startDividedHost } from '../../support/registry-clients/divided-host.ts';
import {
  CLIENT_NAMES,
  type ClientName,
  type RegistryClient,
  registryClients,
} from '../../support/registry-clients/registry-clients.ts';
import { checkPage, complaint, shown, transcriptOf } from '../../support/registry-clients/transcript.ts';
import { type LiveSearch, startLiveSearch } from '../../support/search/live-search.ts';
import { createSearchTables } from '../../support/search/search-tables.ts';

const BUCKET = 'logins';
const NAMES = ['hr/pay', 'hr/salaries', 'library/alpine', 'team/api'];
const SEEN = {
  nobody: ['library/alpine'],
  ann: ['hr/pay', 'library/alpine', 'team/api'],
  eve: NAMES,
} as const;
const USERS = ['ann', 'eve'] as const;
const passwordOf = (user: string) => `${user}-password`;

let s3: S3Server;
let temp: TempDirectory;
let htpasswd: string;
let dockerd: Dockerd;
const ends: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  temp = await tempDirectory('logins');
  htpasswd = join(temp.path, 'htpasswd');
  await writeUsers(USERS);
  [s3, dockerd] = await Promise.all([startVersityGw({ buckets: [BUCKET] }), startDockerd()]);
});

afterAll(async () => {
  for (const end of ends.reverse()) await end();
  await dockerd?.stop();
  await s3?.stop();
  await temp?.remove();
});

function writeUsers(users: readonly string[]): Promise<void> {
  return writeFile(htpasswd, users.map((user) => `${user}:${bcrypt.hashSync(passwordOf(user), 4)}\n`).join(''));
}

async function registryWith(options: Partial<Parameters<typeof startRegistry>[0]>): Promise<Registry> {
  const registry = await startRegistry({ s3, bucket: BUCKET, ...options });
  ends.push(registry.stop);
  return registry;
}

interface SearchOptions {
  readonly rules?: AccessRules;
  readonly recheckSeconds?: number;
  readonly tokenUrl?: string | undefined;
  readonly caFile?: string | undefined;
}

async function searchFor(
  registry: Registry,
  { rules = DEPARTMENT_RULES, recheckSeconds = 60, tokenUrl, caFile }: SearchOptions = {},
): Promise<LiveSearch> {
  const tables = createSearchTables();
  for (const name of NAMES) tables.write(name, Date.now());
  const settings = { mode: 'Registry', url: registry.url, tokenUrl, caFile, recheckSeconds } as const;
  const search = await startLiveSearch(tables, { access: { settings, rules } });
  ends.push(search.stop);
  await until(() => search.isReady());
  return search;
}

type Clients = Record<ClientName, RegistryClient>;

/** crane asks no token server at an address of its own machine, and oras none on another host than the registry's. */
const byName = (url: string) => url.replace('127.0.0.1', 'localhost');

async function clientsOf(search: LiveSearch, folder: string): Promise<Clients> {
  const { host } = new URL(byName(search.url));
  return registryClients({ host, caFile: undefined, dockerHost: dockerd.host, directory: join(temp.path, folder) });
}

/** The same over https, for the registry, the search service and a token server on one host. */
async function securely(services: Omit<DividedHostOptions, 'directory'>, folder: string) {
  const { host, caFile, stop } = await startDividedHost({ ...services, directory: temp.path });
  const daemon = await startDockerd({ caFile });
  ends.push(daemon.stop, stop);
  const clients = await registryClients({ host, caFile, dockerHost: daemon.host, directory: join(temp.path, folder) });
  return { host, caFile, clients };
}

/** Waits until the search service knows how the registry wants people to log in. */
async function knowsRegistry(search: LiveSearch): Promise<void> {
  await until(async () => (await fetch(`${search.url}/v2/`)).status === 401);
}

/**
 * Clients that list the catalogue after a login alone, where the registry wants passwords: they have no empty one to
 * show.
 */
const WANT_A_LOGIN: readonly ClientName[] = ['oras', 'regctl'];
/** It asks no token server at an address of a private network, where the host is here. */
const ASKS_NO_PRIVATE_REALM: ClientName = 'crane';
/** They ask again after the time that a 429 names, for minutes. */
const WAIT_BY_THEMSELVES: readonly ClientName[] = ['podman', 'regctl'];
const WANTS_LOGIN = /401|unauthorized|credential|log in/i;
const PAGE = join(import.meta.dirname, '../../../docs/clients.md');
const transcripts: string[] = [];
const failures: string[] = [];

describe.each([
  'passwords over http',
  'passwords over https',
  'tokens over http',
  'identity tokens over http',
  'identity tokens over https',
] as const)('with %s', (kind) => {
  let clients: Clients;
  let host: string;
  const folder = kind.replaceAll(' ', '-');
  const names =
    kind === 'identity tokens over https'
      ? CLIENT_NAMES.filter((name) => name !== ASKS_NO_PRIVATE_REALM)
      : CLIENT_NAMES;

  beforeAll(async () => {
    const users = Object.fromEntries(USERS.map((user) => [user, passwordOf(user)]));
    const tokens = kind.includes('tokens')
      ? await startTokenServer({ users, algorithm: 'RS256', givesIdentityTokens: kind.startsWith('identity') })
      : undefined;
    if (tokens) ends.push(tokens.stop);
    const start = async (realm: string | undefined, options: SearchOptions) => {
      const auth = tokens && realm !== undefined ? { token: { ...tokens, realm } } : { htpasswd };
      const registry = await registryWith({ auth });
      return { registry, search: await searchFor(registry, options) };
    };
    if (!kind.endsWith('https')) {
      const { search } = await start(tokens && byName(tokens.realm), { tokenUrl: tokens?.realm });
      host = new URL(byName(search.url)).host;
      clients = await clientsOf(search, folder);
      return;
    }
    const secure = await securely(
      { search: () => started.search.url, registry: () => started.registry.url, tokens: tokens?.realm },
      folder,
    );
    // Search too asks the token server over https, by the certificate that it is told to trust.
    const started = await start(tokens && `https://${secure.host}/token`, { caFile: secure.caFile });
    await knowsRegistry(started.search);
    host = secure.host;
    clients = secure.clients;
  });

  test.each(names)('%s shows everybody what they may see', async (name) => {
    const client = clients[name];
    const printed: (readonly [string, string])[] = [];
    for (const user of ['nobody', ...USERS] as const) {
      if (user !== 'nobody') expect(await client.login(user, passwordOf(user))).toMatchObject({ code: 0 });
      const outcome = await client.look(user);
      printed.push([user, shown(outcome, { host })]);
      if (user === 'nobody' && kind.startsWith('passwords') && WANT_A_LOGIN.includes(name))
        expect(complaint(outcome, { host })).toMatch(/401|unauthorized|credential/);
      else
        expect([outcome.code === 0 ? '' : outcome.err, client.namesIn(outcome).toSorted()]).toEqual(['', SEEN[user]]);
    }
    if (kind === 'passwords over https') transcripts.push(`### ${name}\n\n${transcriptOf(client, printed)}`);
  });

  if (kind.startsWith('identity')) {
    const loginOf = (user: string) => join(temp.path, folder, `docker-${user}`, 'config.json');

    test('docker login has left an identity token, and no password', async () => {
      const file = JSON.parse(await readFile(loginOf('eve'), 'utf8'));
      expect(file.auths[host]).toMatchObject({ identitytoken: expect.any(String) });
      expect(Buffer.from(file.auths[host].auth, 'base64').toString()).not.toContain(passwordOf('eve'));
    });

    test('podman searches with the identity token that docker login has left', async () => {
      expect(clients.podman.namesIn(await clients.podman.look('guest'))).toEqual(SEEN.nobody);
      await copyFile(loginOf('ann'), join(temp.path, folder, 'podman-guest', 'auth.json'));
      expect(clients.podman.namesIn(await clients.podman.look('guest')).toSorted()).toEqual(SEEN.ann);
    });
  }
});

describe.each(['silly', 'none'] as const)('a registry whose authentication is %s proves nobody', (kind) => {
  let clients: Clients;

  beforeAll(async () => {
    const registry = await registryWith(kind === 'silly' ? { auth: { silly: true } } : {});
    clients = await clientsOf(await searchFor(registry), kind);
  });

  test.each(CLIENT_NAMES)('to %s', async (name) => {
    const client = clients[name];
    await client.login('eve', 'x');
    await eventually(async () => expect(client.namesIn(await client.look('eve'))).toEqual(SEEN.nobody));
  });
});

describe('what clients show when they get nothing', () => {
  const rules: AccessRules = { groups: {}, rules: [{ names: ['**'], users: ['eve'] }] };

  interface Failing {
    readonly title: string;
    readonly clients: Clients;
    readonly user: string;
    readonly host: string;
    /** What each of them says in its own words. */
    readonly says: RegExp;
    readonly names?: readonly ClientName[];
  }

  /** Has every client look as somebody, and keeps what they say for the page. */
  async function everyComplaint({ title, clients, user, host, says, names = CLIENT_NAMES }: Failing): Promise<void> {
    const rows: string[] = [];
    for (const name of names) {
      const outcome = await clients[name].look(user);
      const said = complaint(outcome, { host });
      expect([name, outcome.code === 0 ? outcome : 'fails', said]).toEqual([
        name,
        'fails',
        expect.stringMatching(says),
      ]);
      rows.push(`| ${name} | \`${said}\` |`);
    }
    failures.push(`### ${title}\n\n| | |\n| --- | --- |\n${rows.join('\n')}\n`);
  }

  test('logged out, removed, with wrong passwords, and while the registry is down', async () => {
    await writeUsers(USERS);
    const registry = await startRegistry({ s3, bucket: BUCKET, auth: { htpasswd } });
    let search = await searchFor(registry, { rules, recheckSeconds: 1 });
    await knowsRegistry(search);
    const { host, clients } = await securely({ search: () => search.url, registry: () => registry.url }, 'failures');
    for (const name of CLIENT_NAMES) {
      expect(await clients[name].login('eve', passwordOf('eve'))).toMatchObject({ code: 0 });
      expect(clients[name].namesIn(await clients[name].look('eve'))).not.toEqual([]);
    }
    const all = { clients, host };
    await everyComplaint({
      ...all,
      title: 'Logged out, and nothing is for everybody',
      user: 'nobody',
      says: WANTS_LOGIN,
    });

    await writeUsers(['ann']);
    const curlSays = (text: string) => until(async () => (await clients.curl.look('eve')).out.includes(text));
    await curlSays('UNAUTHORIZED');
    await everyComplaint({
      ...all,
      title: 'Removed from the registry, or with a password that was changed',
      user: 'eve',
      says: WANTS_LOGIN,
    });

    const storm = setInterval(() => {
      const authorization = `Basic ${btoa(`eve:${Math.random()}`)}`;
      fetch(`${search.url}/v2/_catalog`, { headers: { authorization } }).catch(() => undefined);
    }, 50);
    await curlSays('TOOMANYREQUESTS');
    await everyComplaint({
      ...all,
      title: 'Too many wrong passwords for this name',
      user: 'eve',
      says: /429|too ?many/i,
      names: CLIENT_NAMES.filter((name) => !WAIT_BY_THEMSELVES.includes(name)),
    });
    clearInterval(storm);

    await registry.stop();
    search = await searchFor(registry, { rules });
    await curlSays('LOGIN_UNAVAILABLE');
    await everyComplaint({
      ...all,
      title: 'The registry is down, and who asks is not remembered',
      user: 'eve',
      says: /50[23]|unavailable|can't talk/i,
    });
  });
});

test('docs/clients.md says what was seen', async () => {
  const text = `${INTRODUCTION}\n${[...transcripts, FAILING, ...failures].join('\n')}`;
  const { written, seen } = await checkPage(PAGE, text);
  expect(written).toBe(seen);
});

const INTRODUCTION = `# What clients show

Real clients against a distribution 3.1 registry with an htpasswd file, and a search service beside it on the same host: \`/v1/\`, \`/api/\` and \`/v2/_catalog\` go to the
search service, everything else to the registry, by https. Rules as in [access.md](access.md): \`library/**\` is for everybody, \`hr/**\` for eve, \`hr/pay\` also for ann's group, the rest for
all who are logged in. [logins.test.ts](../test/integration/clients/logins.test.ts) makes this page (\`REGISTRY_INDEX_WRITE_TRANSCRIPTS=1\`) and compares it at every run; it does the same over
http, with a token server, and with the identity tokens that \`docker login\` keeps then.

oras and regctl are asked for a login by \`/v2/_catalog\` itself, as they do not ask \`/v2/\` before: without one they list nothing where the registry wants passwords.

## Logged out, as ann, and as eve
`;

const FAILING = `## What they show when they get nothing

Clients that remember nothing are told to log in (401), to wait (429), or that who they are cannot be checked now (503, as a 401 would make people type their passwords again). podman and
regctl wait for as long as a 429 says, and ask again.
`;
