import { createServer } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { EnvHttpProxyAgent, getGlobalDispatcher, request, setGlobalDispatcher } from 'undici';
import type { GuardedApp } from '../../../../src/http/guarded-app.ts';
import { createNudgeSender } from '../../../../src/indexer/nudge/send-nudge.ts';
import { buildNudgeIntake } from '../../../../src/search/replica/nudge-intake.ts';
import { createNudgeReader } from '../../../../src/search/replica/nudge-reader.ts';
import type { Replica } from '../../../../src/search/replica/replica.ts';
import { listen } from '../../../support/network/listen.ts';
import { silentLog } from '../../../support/silent-log.ts';

/** Longer than a pod gets: the machine of a test may be busy. */
const TIMEOUT_MS = 5_000;
const KEY = 'the-key-of-the-ownership-record';

describe('the port of nudges', () => {
  let intake: GuardedApp;
  let address: string;
  let key: string | undefined;
  let read: string[];
  let refused: string[];
  let sender: ReturnType<typeof createNudgeSender>;

  beforeEach(async () => {
    [key, read, refused] = [KEY, [], []];
    sender = createNudgeSender(TIMEOUT_MS);
    intake = buildNudgeIntake({
      key: () => key,
      read: (names) => void read.push(...names),
      onRefused: (why) => void refused.push(why),
    });
    ({ host: address } = new URL(await intake.listen({ host: '127.0.0.1', port: 0 })));
  });

  afterEach(async () => {
    await sender.close();
    await intake.close(0);
  });

  const post = (body: string, headers: Record<string, string> = {}) =>
    fetch(`http://${address}/nudge`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json', ...headers },
      body,
    });

  test('takes names from who has the key', async () => {
    expect(await sender.send({ address, key: KEY, names: ['team/app', 'base'] })).toBe('Taken');
    expect(await sender.send({ address, key: 'another', names: ['other'] })).toBe('Refused');
    expect(read).toEqual(['team/app', 'base']);
  });

  test.each([
    ['another key', { authorization: 'Bearer another-key' }],
    ['a part of the key', { authorization: `Bearer ${KEY.slice(0, -1)}` }],
    ['no key', { authorization: '' }],
  ])('refuses who has %s, and reads nothing', async (_what, headers) => {
    const answer = await post('{"names":["team/app"]}', headers);
    expect([answer.status, await answer.json()]).toEqual([401, { error: expect.stringContaining('nudgeKey') }]);
    expect([read, refused]).toEqual([[], ['Rejected']]);
  });

  test('refuses everybody while there is no key, and takes the next key once there is one', async () => {
    for (const none of [undefined, '']) {
      key = none;
      expect((await post('{"names":["a"]}')).status).toBe(401);
      expect((await post('{"names":["a"]}', { authorization: 'Basic Og==' })).status).toBe(401);
    }
    key = 'the-next-key';
    expect((await post('{"names":["a"]}')).status).toBe(401);
    expect((await post('{"names":["a"]}', { authorization: 'Bearer the-next-key' })).status).toBe(202);
    expect(read).toEqual(['a']);
  });

  test.each([
    ['no JSON', '{"names":'],
    ['no object', '[]'],
    ['names that are no list', '{"names":"a"}'],
    ['a name that is no text', '{"names":[1]}'],
    ['a name that no repository has', '{"names":["a#b"]}'],
    ['a name that is too long', JSON.stringify({ names: ['a'.repeat(256)] })],
    ['too many names', JSON.stringify({ names: Array.from({ length: 201 }, (_, at) => `n${at}`) })],
  ])('refuses %s', async (_what, body) => {
    const answer = await post(body);
    expect([answer.status, await answer.json()]).toEqual([400, { error: expect.stringContaining('names') }]);
    expect([read, refused]).toEqual([[], ['Malformed']]);
  });

  test('takes the longest names that there are, and refuses what is larger', async () => {
    const names = Array.from({ length: 200 }, (_, at) => `${at}`.padEnd(255, 'x'));
    expect((await post(JSON.stringify({ names }))).status).toBe(202);
    expect(read).toEqual(names);
    expect((await post(`{"names":[],"more":"${'x'.repeat(64 * 1024)}"}`)).status).toBe(413);
  });

  test('answers 404 elsewhere', async () => {
    expect((await fetch(`http://${address}/metrics`)).status).toBe(404);
  });

  test('is reached past the proxy that other requests take', async () => {
    const usual = getGlobalDispatcher();
    setGlobalDispatcher(new EnvHttpProxyAgent({ httpProxy: 'http://127.0.0.1:1' }));
    try {
      await expect(request(`http://${address}/`)).rejects.toThrow();
      expect(await sender.send({ address, key: KEY, names: ['a'] })).toBe('Taken');
    } finally {
      setGlobalDispatcher(usual);
    }
  });

  test('that is closed, or does not answer, fails the nudge and nothing else', async () => {
    const silent = createServer(() => undefined);
    const silentAddress = `127.0.0.1:${await listen(silent)}`;
    const hasty = createNudgeSender(50);
    expect(await hasty.send({ address: silentAddress, key: KEY, names: ['a'] })).toBe('TimedOut');
    await hasty.close();
    silent.closeAllConnections();
    silent.close();
    await intake.close(0);
    expect(await sender.send({ address, key: KEY, names: ['a'] })).toBe('Failed');
  });
});

describe('reading what nudges name', () => {
  const stop = new AbortController();

  /** A read that does not end keeps its timer until then. */
  afterAll(() => stop.abort());

  /** `rested`: until then names gather after a reading. */
  function reader(refresh: Replica['refresh'], rested: Promise<void> = Promise.resolve()) {
    const counts: Record<string, number> = {};
    const nudged = (result: string, count: number) => {
      if (count > 0) counts[result] = (counts[result] ?? 0) + count;
    };
    return {
      counts,
      read: createNudgeReader(
        { replica: { refresh }, metrics: { nudged }, log: silentLog, rest: () => rested },
        stop.signal,
      ),
    };
  }

  test('begins at once; names that come meanwhile wait, each once', async () => {
    const asked: string[][] = [];
    const first = Promise.withResolvers<number>();
    const { read, counts } = reader(async (names) => {
      asked.push([...names]);
      return asked.length === 1 ? first.promise : 1;
    });
    read(['a']);
    read(['b', 'c']);
    read(['b']);
    expect(asked).toEqual([['a']]);
    first.resolve(1);
    await setImmediate();
    expect(asked).toEqual([['a'], ['b', 'c']]);
    expect(counts).toEqual({ Applied: 2, Known: 1 });
  });

  test('has all names that come within a moment after the reading before, which began at once', async () => {
    const asked: string[][] = [];
    const rest = Promise.withResolvers<void>();
    const { read } = reader(async (names) => asked.push([...names]), rest.promise);
    read(['a']);
    await setImmediate();
    for (const name of ['b', 'c', 'b']) read([name]);
    await setImmediate();
    expect(asked).toEqual([['a']]);
    rest.resolve();
    await setImmediate();
    expect(asked).toEqual([['a'], ['b', 'c']]);
  });

  test('goes on after a failure, and counts it', async () => {
    let isDown = true;
    const { read, counts } = reader(async () => {
      if (isDown) throw new Error('slow down');
      return 1;
    });
    read(['a']);
    await setImmediate();
    isDown = false;
    read(['b']);
    await setImmediate();
    expect(counts).toEqual({ Failed: 1, Applied: 1 });
  });

  test('is counted where nothing is loaded', async () => {
    const { read, counts } = reader(async () => undefined);
    read(['a', 'b']);
    await setImmediate();
    expect(counts).toEqual({ NotLoaded: 2 });
  });

  test('drops what there is no room for', async () => {
    const { read, counts } = reader(() => new Promise(() => undefined));
    read(['first']);
    for (let at = 0; at < 100; at += 1) read(Array.from({ length: 101 }, (_, nr) => `n${at}-${nr}`));
    expect(counts).toEqual({ Dropped: 100 });
  });
});
