import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import bcrypt from 'bcryptjs';
import type { Authenticator } from '../../../../src/server/access/authenticator.ts';
import type { Presented } from '../../../../src/server/access/credential.ts';
import { createBcrypt } from '../../../../src/server/access/htpasswd/bcrypt.ts';
import {
  createHtpasswdAuthenticator,
  parseHtpasswd,
} from '../../../../src/server/access/htpasswd/htpasswd-authenticator.ts';
import { watchFile } from '../../../../src/server/access/watched-file.ts';
import { tempDirectory } from '../../../env/temp-directory.ts';
import { basic } from '../../../support/access/access-bench.ts';

const HASH = bcrypt.hashSync('secret', 4);
const OTHER = bcrypt.hashSync('other', 4);
const clock = { nowMs: 0 };
let path: string;
let remove: () => Promise<void>;
let authenticator: Authenticator;

beforeAll(async () => {
  const directory = await tempDirectory('htpasswd');
  remove = directory.remove;
  path = join(directory.path, 'htpasswd');
  await writeFile(path, `eve:${HASH}\n`);
  const file = watchFile(path, { maxBytes: 10_000, now: () => clock.nowMs });
  authenticator = createHtpasswdAuthenticator({ file, bcrypt: createBcrypt() });
});

afterAll(async () => {
  await authenticator.close();
  await remove();
});

function check(name: string, password: string) {
  const credential: Presented = { kind: 'basic', name, password, header: basic(name, password) };
  return authenticator.check(credential, new AbortController().signal);
}

/** Long enough for another look at the file. */
async function write(text: string) {
  await writeFile(path, text);
  clock.nowMs += 2_000;
}

test('a file has users as registries read it: bcrypt alone, the last line of a name, comments, any ends of lines', () => {
  const md5 = '$apr1$abc$0123456789abcdefghijkl';
  const text = `# eve:${OTHER}\r\neve:${OTHER}\r\n\r\neve:${HASH}\r\nold:${md5}\nnone\n:${HASH}\nslow:${HASH.replace('$04$', '$31$')}\n ann:${OTHER.replace('$2b$', '$2y$')} `;
  expect([...parseHtpasswd(text)]).toEqual([
    ['eve', HASH],
    ['ann', OTHER.replace('$2b$', '$2y$')],
  ]);
});

test('a name whose last line is of another kind cannot log in by an earlier one', () => {
  expect(parseHtpasswd(`eve:${HASH}\neve:plain\n`).size).toBe(0);
});

describe('a caller', () => {
  test('is known by the right password, and by no other', async () => {
    expect(await check('eve', 'secret')).toEqual({
      kind: 'known',
      caller: { kind: 'authenticated', user: 'eve', groups: [] },
    });
    expect(await check('eve', 'other')).toEqual({ kind: 'refused' });
    expect(await check('eve', '')).toEqual({ kind: 'refused' });
    expect(await check('joe', 'secret')).toEqual({ kind: 'refused' });
  });

  test('of hashes as Apache and PHP write them is known too', async () => {
    await write(`a:${HASH.replace('$2b$', '$2a$')}\ny:${HASH.replace('$2b$', '$2y$')}\neve:${HASH}\n`);
    expect(await check('a', 'secret')).toMatchObject({ kind: 'known' });
    expect(await check('y', 'secret')).toMatchObject({ kind: 'known' });
  });

  test('is not kept out by a line of another with a cost that bcrypt does not have', async () => {
    await write(`first:${HASH.replace('$04$', '$03$')}\neve:${HASH}\n`);
    expect(await check('nobody', 'secret')).toEqual({ kind: 'refused' });
    expect(await check('first', 'secret')).toEqual({ kind: 'refused' });
    expect(await check('eve', 'secret')).toMatchObject({ kind: 'known' });
  });

  test('with a token is refused: there is none to check it by', async () => {
    const bearer = { kind: 'bearer', token: 'x', header: 'Bearer x' } as const;
    expect(await authenticator.check(bearer, new AbortController().signal)).toEqual({ kind: 'refused' });
  });
});

describe('a file that changes', () => {
  test('is read again, and nothing that was known before holds', async () => {
    const before = authenticator.generation();
    await write(`eve:${OTHER}\n`);
    expect(authenticator.generation()).not.toBe(before);
    expect(await check('eve', 'secret')).toEqual({ kind: 'refused' });
    expect(await check('eve', 'other')).toMatchObject({ kind: 'known' });
  });

  test('or is written again with the same content changes nothing', async () => {
    const before = authenticator.generation();
    await write(`eve:${OTHER}\n`);
    expect(authenticator.generation()).toBe(before);
  });

  test('or is gone or too large lets nobody in, and says so', async () => {
    await rm(path);
    clock.nowMs += 2_000;
    expect(await check('eve', 'other')).toMatchObject({
      kind: 'unavailable',
      problem: { reason: 'HtpasswdUnreadable' },
    });
    await write('#'.repeat(10_001));
    expect(authenticator.problem()).toMatchObject({ reason: 'HtpasswdUnreadable' });
    await write(`eve:${OTHER}\n`);
    expect(authenticator.problem()).toBeUndefined();
    expect(await check('eve', 'other')).toMatchObject({ kind: 'known' });
  });
});

test('the event loop goes on while passwords are compared', async () => {
  await write(`eve:${bcrypt.hashSync('secret', 10)}\n`);
  let turns = 0;
  const turning = setInterval(() => {
    turns += 1;
  }, 1);
  expect(await check('eve', 'secret')).toMatchObject({ kind: 'known' });
  clearInterval(turning);
  expect(turns).toBeGreaterThan(5);
});
