import { describe, expect, test } from '@jest/globals';
import { createForwardedAccess } from '../../../../src/server/access/forwarded-access.ts';
import { createForwardedReader } from '../../../../src/server/access/forwarded-headers.ts';
import { createViews } from '../../../../src/server/access/views.ts';
import { searchRecord } from '../../../support/search/search-records.ts';
import { createServerBench } from '../../../support/search/search-server.ts';

const SECRET = 'a-secret-of-the-proxy';
const NAMES = { user: 'x-forwarded-user', groups: 'x-forwarded-groups', secret: 'x-registry-index-proxy-secret' };
const RULES = {
  rules: [
    { names: ['library/**'], anonymous: true },
    { names: ['hr/**'], users: ['eve', 'jürgen'], groups: ['payments', 'Büro'] },
  ],
};

function bench(secret: string | undefined = SECRET, rules: typeof RULES | Record<string, never> = RULES) {
  const read = createForwardedReader({ names: NAMES, file: { text: () => secret } });
  const access = createForwardedAccess({ read, views: createViews(() => rules), operatorKey: () => undefined });
  const { app } = createServerBench([searchRecord('hr/pay'), searchRecord('library/alpine')], { access });
  return async (headers: Readonly<Record<string, string>>, url = '/v2/_catalog') => {
    const { statusCode, body } = await app.inject({ url, headers });
    return statusCode === 200 && url === '/v2/_catalog' ? JSON.parse(body).repositories : statusCode;
  };
}

/** As Node reads the UTF-8 of a text in a header. */
function bytesOf(text: string): string {
  return Buffer.from(text).toString('latin1');
}

describe('who a proxy says that somebody is', () => {
  const proof = { [NAMES.secret]: SECRET };
  test.each([
    ['a user', { ...proof, [NAMES.user]: 'eve' }, ['hr/pay', 'library/alpine']],
    ['another user', { ...proof, [NAMES.user]: 'joe' }, ['library/alpine']],
    [
      'a user with groups',
      { ...proof, [NAMES.user]: 'joe', [NAMES.groups]: 'web, payments' },
      ['hr/pay', 'library/alpine'],
    ],
    [
      'a user whose name has other letters',
      { ...proof, [NAMES.user]: bytesOf('jürgen') },
      ['hr/pay', 'library/alpine'],
    ],
    ['the same in Latin-1', { ...proof, [NAMES.user]: 'jürgen' }, ['hr/pay', 'library/alpine']],
    [
      'such a group',
      { ...proof, [NAMES.user]: 'joe', [NAMES.groups]: bytesOf('Web,Büro') },
      ['hr/pay', 'library/alpine'],
    ],
    ['nobody', proof, ['library/alpine']],
    ['an empty name', { ...proof, [NAMES.user]: '', [NAMES.groups]: 'payments' }, ['library/alpine']],
  ])('decides what they see: %s', async (_, headers, names) => {
    expect(await bench()(headers)).toEqual(names);
  });

  test('counts for nothing without its secret, and is refused', async () => {
    const get = bench();
    expect(await get({ [NAMES.user]: 'eve' })).toBe(403);
    expect(await get({ [NAMES.groups]: 'payments' })).toBe(403);
    expect(await get({ [NAMES.user]: 'eve', [NAMES.secret]: `${SECRET}x` })).toBe(403);
    expect(await get({ [NAMES.user]: 'eve', [NAMES.secret]: '' })).toBe(403);
  });

  test('counts for nothing while there is no secret, or one that could be tried out', async () => {
    expect(await bench('')({ [NAMES.user]: 'eve', [NAMES.secret]: '' })).toBe(503);
    expect(await bench('short')({ [NAMES.user]: 'eve', [NAMES.secret]: 'short' })).toBe(503);
  });
});

test('whoever comes past the proxy is anonymous, whatever they send besides', async () => {
  const get = bench();
  expect(await get({})).toEqual(['library/alpine']);
  expect(await get({ authorization: 'Basic ZXZlOng=', 'remote-user': 'eve' })).toEqual(['library/alpine']);
  expect(await bench(SECRET, {})({})).toBe(401);
});
