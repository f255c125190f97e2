import { describe, expect, test } from '@jest/globals';
import type { AccessRules } from '../../../../src/api/access-rules.ts';
import { BASIC_CHALLENGE } from '../../../../src/server/access/authenticator.ts';
import { basic, createAccessBench, fakeAuthenticator } from '../../../support/access/access-bench.ts';
import { searchRecord } from '../../../support/search/search-records.ts';

const RECORDS = ['hr/pay', 'library/alpine', 'team/web'].map((name) => searchRecord(name));
const RULES: AccessRules = {
  rules: [
    { names: ['library/**'], anonymous: true },
    { names: ['team/**'], authenticated: true },
    { names: ['hr/**'], users: ['eve'] },
  ],
};
const CLOSED: AccessRules = { rules: [{ names: ['**'], authenticated: true }] };
const EVE = basic('eve', 'secret');
const ANN = basic('ann', 'pass');

function bench(rules: AccessRules | undefined = RULES) {
  return createAccessBench({ rules, records: RECORDS });
}

describe('a caller sees', () => {
  test.each([
    ['nothing but what everybody may, without a login', undefined, ['library/alpine']],
    ['the same with the empty login that docker sends when there is none', 'Basic Og==', ['library/alpine']],
    ['what those who are logged in may', ANN, ['library/alpine', 'team/web']],
    ['what they themselves may', EVE, ['hr/pay', 'library/alpine', 'team/web']],
    ['what the one may whom a token names', 'Bearer eve.2000000', ['hr/pay', 'library/alpine', 'team/web']],
    ['what everybody may, with a token that names nobody', 'Bearer anonymous', ['library/alpine']],
  ])('%s', async (_, authorization, names) => {
    expect(await bench().names(authorization)).toEqual(names);
  });

  test('their own answer, whoever asked before for the same', async () => {
    const { get } = bench();
    const url = '/v1/search';
    const totals: number[] = [];
    for (const authorization of [EVE, undefined, ANN, EVE, undefined, ANN, 'Basic Og=='])
      totals.push(JSON.parse((await get(url, authorization)).body).num_results);
    expect(totals).toEqual([3, 1, 2, 3, 1, 2, 1]);
  });

  test('what the rules give them from the moment in which these change', async () => {
    const { names, live } = bench();
    expect(await names(ANN)).toEqual(['library/alpine', 'team/web']);
    live.rules = { rules: [{ names: ['hr/**'], users: ['ann'] }] };
    expect(await names(ANN)).toEqual(['hr/pay']);
    expect(await names(EVE)).toEqual([]);
    expect(await names()).toBe(401);
  });

  test('nothing while the rules are not known', async () => {
    const { names, live } = bench();
    live.rules = undefined;
    expect(await names(EVE)).toBe(503);
    expect(await names()).toBe(503);
  });

  test('everything without rules, and others nothing unless everybody may pull', async () => {
    const { names, authenticator } = bench({});
    expect(await names(EVE)).toHaveLength(3);
    expect(await names()).toBe(401);
    authenticator.open = true;
    expect(await names()).toHaveLength(3);
  });
});

describe('a request is refused', () => {
  test.each([
    ['/v1/search?q=x', undefined, BASIC_CHALLENGE],
    ['/v1/suggest?q=x', undefined, BASIC_CHALLENGE],
    ['/v1/status', undefined, BASIC_CHALLENGE],
    ['/v1/search?q=x', basic('eve', 'wrong'), BASIC_CHALLENGE],
    ['/v2/', undefined, 'Bearer realm="r"'],
    ['/v2/_catalog', undefined, 'Bearer realm="r"'],
    ['/v2/_catalog', 'Basic Og==', 'Bearer realm="r"'],
    ['/v2/_catalog', 'Bearer anonymous', 'Bearer realm="r",error="insufficient_scope"'],
    ['/v2/_catalog', 'Bearer wrong', 'Bearer realm="r",error="insufficient_scope"'],
  ])('%s of %p asks for %s', async (url, authorization, challenge) => {
    const { status, headers, body } = await bench(CLOSED).get(url, authorization);
    expect({ status, challenge: headers['www-authenticate'] }).toEqual({ status: 401, challenge });
    expect(JSON.parse(body).errors).toMatchObject([{ code: 'UNAUTHORIZED' }]);
  });

  test.each([
    'Negotiate abc',
    'Basic %%%',
    `Basic ${btoa('nocolon')}`,
    'Bearer a b',
    basic('', 'x'),
    basic('a\u0007', 'x'),
  ])('with 400 for what is no credential: %p', async (authorization) => {
    const { status, body } = await bench().get('/v1/search', authorization);
    expect([status, JSON.parse(body).errors[0].code]).toEqual([400, 'CREDENTIAL_INVALID']);
  });

  test('with 508 where another search service asks who somebody is', async () => {
    const { get } = bench();
    expect((await get('/v2/', EVE, { 'x-registry-index-check': '1' })).status).toBe(508);
    expect((await get('/nothing', undefined, { 'x-registry-index-check': '1' })).status).toBe(508);
  });

  test('with 503, not 401, while nobody can say who is who', async () => {
    const authenticator = fakeAuthenticator();
    authenticator.away = true;
    const { get } = createAccessBench({ rules: CLOSED, records: RECORDS }, authenticator);
    const { status, headers } = await get('/v1/search', EVE);
    expect([status, headers['retry-after'], headers['www-authenticate']]).toEqual([503, '2', undefined]);
  });
});

test('podman is refused without a login where it searches, so that it asks for the catalogue with the one it has', async () => {
  const { get } = bench();
  const podman = { 'user-agent': 'containers/5.23.1 (github.com/containers/image)' };
  expect((await get('/v1/search?q=a', undefined, podman)).status).toBe(401);
  expect(JSON.parse((await get('/v2/_catalog', 'Basic Og==', podman)).body)).toEqual({
    repositories: ['library/alpine'],
  });
  expect((await get('/v1/search?q=a', EVE, podman)).status).toBe(200);
});

describe('/v2/', () => {
  test('asks for a login even where everybody may see something, since clients send none after a 200', async () => {
    const { get } = bench();
    expect((await get('/v2/')).status).toBe(401);
    expect((await get('/v2/', 'Basic Og==')).status).toBe(200);
    expect((await get('/v2/', EVE)).status).toBe(200);
    expect((await get('/v2/', basic('eve', 'wrong'))).status).toBe(401);
  });

  test('of a docker that pings, and of a person who looks around, needs no login at the other routes', async () => {
    const { get } = bench(CLOSED);
    expect((await get('/v1/_ping')).status).toBe(200);
    expect((await get('/')).status).toBe(200);
  });
});

test('answers are for nobody but who asked, whatever they are, and caches are told', async () => {
  const { get } = createAccessBench({ rules: RULES, records: RECORDS, corsOrigins: ['*'] });
  for (const url of ['/v1/search', '/v2/', '/nothing', '/v1/search?n=x', '/v1/%ff', '/v1/_ping']) {
    const { headers } = await get(url);
    expect({ url, cache: headers['cache-control'], vary: headers.vary }).toEqual({
      url,
      cache: 'private',
      vary: 'Origin, Authorization',
    });
  }
});

test('a mistake in a query is a row for docker, the first time that a caller comes too', async () => {
  const { get } = bench();
  const { status, body } = await get('/v1/search?q=arhc%3Aarm64', EVE, { 'user-agent': 'docker/28.2' });
  expect([status, JSON.parse(body).results[0].name]).toEqual([200, '(mistake)']);
});

describe('the operator', () => {
  const KEY = 'k'.repeat(43);

  test('is given how much everybody would see, and what is wrong, by its key', async () => {
    const authenticator = fakeAuthenticator();
    const { get } = createAccessBench({ rules: CLOSED, records: RECORDS, operatorKey: KEY }, authenticator);
    expect(JSON.parse((await get('/v1/status', `Bearer ${KEY}`)).body)).toEqual({
      repositories: 3,
      tags: 3,
      incomplete: false,
      epoch: 3,
    });
    authenticator.away = true;
    const { body } = await get('/v1/status', `Bearer ${KEY}`);
    expect(JSON.parse(body).problem).toMatchObject({ reason: 'RegistryUnreachable' });
  });

  test('may see no names by it', async () => {
    const { get } = createAccessBench({ rules: CLOSED, records: RECORDS, operatorKey: KEY });
    const answers = await Promise.all(
      ['/v1/search', '/v2/_catalog', '/v1/suggest?q=a'].map((url) => get(url, `Bearer ${KEY}`)),
    );
    for (const { body } of answers) expect(body).not.toContain('alpine');
    expect((await get('/v1/status', `Bearer ${KEY}x`)).body).not.toContain('"repositories":3');
  });

  test('and what is wrong is for nobody else', async () => {
    const { get, authenticator } = createAccessBench({ rules: RULES, records: RECORDS, operatorKey: KEY });
    await get('/v1/status', EVE);
    authenticator.away = true;
    expect(JSON.parse((await get('/v1/status', EVE)).body)).toEqual({
      repositories: 3,
      tags: 3,
      incomplete: false,
      epoch: 3,
    });
  });
});
