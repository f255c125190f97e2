import { describe, expect, test } from '@jest/globals';
import { basic, createAccessBench, fakeAuthenticator } from '../../../support/access/access-bench.ts';
import { searchRecord } from '../../../support/search/search-records.ts';

const EVE = basic('eve', 'secret');
const NAMES = ['team/web'];
const MINUTE_MS = 60_000;

function bench(authenticator = fakeAuthenticator()) {
  const rules = { rules: [{ names: ['**'], authenticated: true }] };
  return createAccessBench({ rules, records: NAMES.map((name) => searchRecord(name)) }, authenticator);
}

describe('a caller is remembered', () => {
  test('for a minute, and checked again after it', async () => {
    const { names, authenticator, clock } = bench();
    for (let i = 0; i < 3; i += 1) expect(await names(EVE)).toEqual(NAMES);
    clock.nowMs += MINUTE_MS - 1;
    expect(await names(EVE)).toEqual(NAMES);
    expect(authenticator.asked).toHaveLength(1);
    authenticator.users.delete('eve');
    clock.nowMs += 1;
    expect(await names(EVE)).toBe(401);
    expect(authenticator.asked).toHaveLength(2);
  });

  test('with a token no longer than it is valid', async () => {
    const { names, authenticator, clock } = bench();
    const token = `Bearer eve.${clock.nowMs + 10_000}`;
    expect(await names(token)).toEqual(NAMES);
    clock.nowMs += 10_000;
    authenticator.away = true;
    expect(await names(token)).toBe(503);
    expect(authenticator.asked).toHaveLength(2);
  });

  test('once for all requests that come at the same time', async () => {
    const { names, authenticator } = bench();
    const answers = await Promise.all(Array.from({ length: 50 }, () => names(EVE)));
    expect(answers).toEqual(answers.map(() => NAMES));
    expect(authenticator.asked).toHaveLength(1);
  });

  test('not beyond a change of what everything was checked by', async () => {
    const { names, authenticator } = bench();
    expect(await names(EVE)).toEqual(NAMES);
    authenticator.users.delete('eve');
    authenticator.renewed += 1;
    expect(await names(EVE)).toBe(401);
  });

  test('not by a check that began before such a change', async () => {
    const { names, authenticator } = bench();
    const gate = Promise.withResolvers<void>();
    authenticator.gate = gate.promise;
    const answer = names(EVE);
    while (authenticator.asked.length === 0) await new Promise(setImmediate);
    authenticator.renewed += 1;
    gate.resolve();
    expect(await answer).toEqual(NAMES);
    expect(authenticator.asked).toHaveLength(2);
  });

  test('and of 10,000 callers each by their own credential', async () => {
    const users = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`user${i}`, `pass${i}`]));
    const { names, authenticator, known } = bench(fakeAuthenticator(users));
    for (const [name, password] of Object.entries(users)) expect(await names(basic(name, password))).toEqual(NAMES);
    expect(known.size()).toBe(200);
    expect(authenticator.asked).toHaveLength(200);
    expect(await names(basic('user1', 'pass2'))).toBe(401);
  });
});

describe('while the registry does not answer', () => {
  test('known callers go on for ten minutes, and others get 503', async () => {
    const { names, authenticator, clock } = bench();
    expect(await names(EVE)).toEqual(NAMES);
    authenticator.away = true;
    clock.nowMs += 9 * MINUTE_MS;
    expect(await names(EVE)).toEqual(NAMES);
    expect(await names(basic('ann', 'pass'))).toBe(503);
    clock.nowMs += MINUTE_MS + 1;
    expect(await names(EVE)).toBe(503);
    authenticator.away = false;
    expect(await names(EVE)).toEqual(NAMES);
  });

  test('it is not asked again at each request of a known caller', async () => {
    const { names, authenticator, clock } = bench();
    await names(EVE);
    authenticator.away = true;
    clock.nowMs += 2 * MINUTE_MS;
    for (let i = 0; i < 10; i += 1) expect(await names(EVE)).toEqual(NAMES);
    expect(authenticator.asked).toHaveLength(2);
  });

  test('no wrong password is counted', async () => {
    const { names, authenticator } = bench();
    authenticator.away = true;
    for (let i = 0; i < 20; i += 1) expect(await names(basic('eve', `guess${i}`))).toBe(503);
    authenticator.away = false;
    expect(await names(EVE)).toEqual(NAMES);
  });
});

describe('wrong passwords', () => {
  test('are refused for five seconds without asking again', async () => {
    const { names, authenticator, clock } = bench();
    for (let i = 0; i < 5; i += 1) expect(await names(basic('eve', 'wrong'))).toBe(401);
    expect(authenticator.asked).toHaveLength(1);
    authenticator.users.set('eve', 'wrong');
    clock.nowMs += 5_000;
    expect(await names(basic('eve', 'wrong'))).toEqual(NAMES);
  });

  test('are not tried after ten a minute for a name, and the registry is not asked; known callers go on', async () => {
    const { names, get, authenticator, clock } = bench();
    expect(await names(EVE)).toEqual(NAMES);
    for (let i = 0; i < 10; i += 1) expect(await names(basic('eve', `guess${i}`))).toBe(401);
    const asked = authenticator.asked.length;
    const { status, headers, body } = await get('/v1/search', basic('eve', 'guess'));
    expect([status, Number(headers['retry-after']) > 0, JSON.parse(body).errors[0].code]).toEqual([
      429,
      true,
      'TOOMANYREQUESTS',
    ]);
    expect(authenticator.asked).toHaveLength(asked);
    expect(await names(EVE)).toEqual(NAMES);
    expect(await names(basic('ann', 'pass'))).toEqual(NAMES);
    clock.nowMs += MINUTE_MS;
    expect(await names(basic('eve', 'guess'))).toBe(401);
  });

  test('are counted before they are found wrong, so that many at once try no more', async () => {
    const { names, authenticator } = bench();
    const guesses = await Promise.all(Array.from({ length: 60 }, (_, i) => names(basic('eve', `guess${i}`))));
    expect(guesses.filter((status) => status === 401)).toHaveLength(10);
    expect(guesses.filter((status) => status === 429)).toHaveLength(50);
    expect(authenticator.asked).toHaveLength(10);
  });

  test('of strangers elsewhere lock nobody out before there are a hundred of them', async () => {
    const { app, names } = bench();
    const guess = (i: number) =>
      app.inject({
        url: '/v2/_catalog',
        remoteAddress: `10.0.0.${i % 20}`,
        headers: { authorization: basic('eve', `x${i}`) },
      });
    for (let i = 0; i < 99; i += 1) expect((await guess(i)).statusCode).toBe(401);
    expect(await names(EVE)).toEqual(NAMES);
  });
});

test('no more than 72 credentials are checked or wait at once; of more, the client may try again in a second', async () => {
  const { get, authenticator, results } = bench();
  const gate = Promise.withResolvers<void>();
  authenticator.gate = gate.promise;
  const users = Array.from({ length: 80 }, (_, i) => get('/v1/search', basic(`user${i}`, 'x')));
  while (results.length < 8) await new Promise(setImmediate);
  expect(authenticator.asked).toHaveLength(8);
  gate.resolve();
  const answers = await Promise.all(users);
  const busy = answers.filter(({ status }) => status === 503);
  expect(busy).toHaveLength(8);
  expect(busy[0]?.headers['retry-after']).toBe('1');
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(72);
});
