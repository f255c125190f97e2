import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import bcrypt from 'bcryptjs';
import { Pool } from 'undici';
import type { AccessRules } from '../../../src/api/access-rules.ts';
import { startRegistry } from '../../env/registry.ts';
import { type TempDirectory, tempDirectory } from '../../env/temp-directory.ts';
import { type S3Server, startVersityGw } from '../../env/versitygw.ts';
import { basic } from '../../support/access/access-bench.ts';
import { DEPARTMENT_RULES } from '../../support/access/department-rules.ts';
import { eachOf } from '../../support/each-of.ts';
import { eventually, until } from '../../support/eventually.ts';
import { type LiveSearch, startLiveSearch } from '../../support/search/live-search.ts';
import { createSearchTables } from '../../support/search/search-tables.ts';

const BUCKET = 'logins';
const PASSWORD = 'secret';
const MINUTE_MS = 60_000;

let s3: S3Server;
let directory: TempDirectory;
const ends: (() => unknown)[] = [];

beforeAll(async () => {
  directory = await tempDirectory('logins');
  s3 = await startVersityGw({ buckets: [BUCKET] });
});

afterAll(async () => {
  for (const end of ends.reverse()) await end();
  await s3?.stop();
  await directory?.remove();
});

async function htpasswdOf(users: readonly string[]): Promise<string> {
  const path = join(directory.path, `htpasswd-${users.length}`);
  const hash = bcrypt.hashSync(PASSWORD, 4);
  await writeFile(path, users.map((user) => `${user}:${hash}\n`).join(''));
  return path;
}

interface Searched {
  readonly registryUrl: string;
  readonly names: readonly string[];
  readonly rules: AccessRules;
  readonly recheckSeconds?: number;
  readonly now?: () => number;
}

async function searchWith({ registryUrl: url, names, rules, recheckSeconds = 60, now = Date.now }: Searched) {
  const tables = createSearchTables();
  for (const name of names) tables.write(name, Date.now());
  const settings = { mode: 'Registry', url, tokenUrl: undefined, caFile: undefined, recheckSeconds } as const;
  const search = await startLiveSearch(tables, { access: { settings, rules }, now });
  ends.push(search.stop);
  await until(() => search.isReady());
  await until(async () => (await fetch(`${search.url}/v2/`)).status === 401);
  return search;
}

async function statusFor(search: LiveSearch, user?: string): Promise<number> {
  const headers = user === undefined ? {} : { authorization: basic(user, PASSWORD) };
  const answer = await fetch(`${search.url}/v2/_catalog`, { headers });
  await answer.text();
  return answer.status;
}

test('known callers go on for ten minutes without the registry, others wait, and all are served when it is back', async () => {
  const options = { s3, bucket: BUCKET, auth: { htpasswd: await htpasswdOf(['eve', 'joe']) } };
  const registry = await startRegistry(options);
  let skippedMs = 0;
  const search = await searchWith({
    registryUrl: registry.url,
    names: ['hr/pay', 'library/alpine', 'team/web'],
    rules: DEPARTMENT_RULES,
    now: () => Date.now() + skippedMs,
  });
  const statuses = async () => [
    await statusFor(search, 'eve'),
    await statusFor(search, 'joe'),
    await statusFor(search),
  ];
  expect(await statusFor(search, 'eve')).toBe(200);
  await registry.stop();
  expect(await statuses()).toEqual([200, 503, 200]);
  skippedMs = 9 * MINUTE_MS;
  expect(await statuses()).toEqual([200, 503, 200]);
  skippedMs = 11 * MINUTE_MS;
  expect(await statuses()).toEqual([503, 503, 200]);
  const again = await startRegistry({ ...options, port: Number(new URL(registry.url).port) });
  ends.push(again.stop);
  await eventually(async () => expect(await statuses()).toEqual([200, 200, 200]));
});

const REMEMBERED = 10_000;
const CALLERS = REMEMBERED + 1_000;
const TEAMS = Array.from({ length: 100 }, (_, at) => `team-${at}`);
/** Callers who are of a team. */
const MEMBERS = 2_000;
const AT_ONCE = 32;

function teamOf(caller: number): string | undefined {
  return caller < MEMBERS ? TEAMS[caller % TEAMS.length] : undefined;
}

test('eleven thousand callers see what each may, and ten thousand of them are remembered', async () => {
  const callers = Array.from({ length: CALLERS }, (_, at) => ({ user: `u${at}`, team: teamOf(at) }));
  const registry = await startRegistry({
    s3,
    bucket: BUCKET,
    auth: { htpasswd: await htpasswdOf(callers.map(({ user }) => user)) },
  });
  ends.push(registry.stop);
  const membersOf = (team: string) => callers.filter((caller) => caller.team === team).map(({ user }) => user);
  const search = await searchWith({
    registryUrl: registry.url,
    names: ['library/alpine', 'shared/base', ...TEAMS.map((team) => `${team}/api`)],
    rules: {
      groups: Object.fromEntries(TEAMS.map((team) => [team, membersOf(team)])),
      rules: [
        { names: ['library/**'], anonymous: true },
        { names: ['shared/**'], authenticated: true },
        ...TEAMS.map((team) => ({ names: [`${team}/**`], groups: [team] })),
      ],
    },
    recheckSeconds: 600,
  });
  const pool = new Pool(search.url, { connections: AT_ONCE });
  ends.push(() => pool.close());
  const others: unknown[] = [];
  const askAll = (some: typeof callers) =>
    eachOf(some, AT_ONCE, async ({ user, team }) => {
      const headers = { authorization: basic(user, PASSWORD) };
      const { statusCode, body } = await pool.request({ path: '/v2/_catalog', method: 'GET', headers });
      const answer = await body.text();
      const seen = ['library/alpine', 'shared/base', ...(team === undefined ? [] : [`${team}/api`])];
      if (answer !== JSON.stringify({ repositories: seen })) others.push({ user, statusCode, answer });
    });
  await askAll(callers);
  await askAll(callers.slice(-1_000));
  expect(others).toEqual([]);
  const metrics = await (await fetch(`${search.healthUrl}/metrics`)).text();
  expect(metrics).toContain(`registry_index_access_known_callers ${REMEMBERED}\n`);
  expect(metrics).toContain(`registry_index_access_checks_total{result="known"} ${CALLERS}\n`);
});
