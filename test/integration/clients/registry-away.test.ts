import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import bcrypt from 'bcryptjs';
import { startRegistry } from '../../env/registry.ts';
import { type TempDirectory, tempDirectory } from '../../env/temp-directory.ts';
import { type S3Server, startVersityGw } from '../../env/versitygw.ts';
import { basic } from '../../support/access/access-bench.ts';
import { DEPARTMENT_RULES } from '../../support/access/department-rules.ts';
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
  const path = join(directory.path, 'htpasswd');
  await writeFile(path, users.map((user) => `${user}:${bcrypt.hashSync(PASSWORD, 4)}\n`).join(''));
  return path;
}

async function searchWith(url: string, now: () => number): Promise<LiveSearch> {
  const tables = createSearchTables();
  for (const name of ['hr/pay', 'library/alpine', 'team/web']) tables.write(name, Date.now());
  const settings = { mode: 'Registry', url, tokenUrl: undefined, caFile: undefined, recheckSeconds: 60 } as const;
  const search = await startLiveSearch(tables, { access: { settings, rules: DEPARTMENT_RULES }, now });
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
  const search = await searchWith(registry.url, () => Date.now() + skippedMs);
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
