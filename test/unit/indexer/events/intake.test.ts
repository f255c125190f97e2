import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { GuardedApp } from '../../../../src/http/guarded-app.ts';
import { buildIntake } from '../../../../src/indexer/events/intake.ts';
import { WEBHOOK_STORES } from '../../../../src/indexer/events/storage-event.ts';
import { until } from '../../../support/eventually.ts';

const TOKEN = 'correct-horse';
const SECRET = 'a-secret-of-the-path';
const MEBIBYTE = 1024 * 1024;

let intake: GuardedApp;
let url: string;
let received: Buffer[];
let gaps: string[];
let stored: [string, string][];
let rejected: number;

beforeEach(async () => {
  [received, gaps, stored, rejected] = [[], [], [], 0];
  intake = buildIntake({
    token: TOKEN,
    webhookSecret: SECRET,
    onNotification: (body) => received.push(body),
    onStorageEvent: (body, store) => stored.push([store, body.toString()]),
    onGap: (reason) => gaps.push(reason),
    onRejected: () => {
      rejected += 1;
    },
  });
  url = await intake.listen({ host: '127.0.0.1', port: 0 });
});

afterEach(() => intake.close(0));

function send(body: string | Buffer, headers: Record<string, string> = {}): Promise<Response> {
  const authorization = `Bearer ${TOKEN}`;
  return fetch(`${url}/notifications`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/vnd.docker.distribution.events.v2+json', ...headers },
    body: typeof body === 'string' ? body : new Uint8Array(body),
  });
}

const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

describe('the intake of notifications', () => {
  test.each([
    'application/vnd.docker.distribution.events.v1+json',
    'application/vnd.docker.distribution.events.v2+json',
    'application/json',
    'text/plain; charset=utf-8',
    'json',
    'application/json, text/plain',
  ])('takes a body as %s', async (type) => {
    expect((await send('{"events":[]}', { 'content-type': type })).status).toBe(202);
    await until(async () => received.length === 1);
    expect(received[0]?.toString()).toBe('{"events":[]}');
  });

  test('lets in who has the token, however the scheme is spelt', async () => {
    for (const authorization of [`Bearer ${TOKEN}`, `bearer  ${TOKEN}`, `BEARER ${TOKEN} `])
      expect((await send('{}', { authorization })).status).toBe(202);
  });

  test('lets in by Basic, whoever the user is', async () => {
    for (const user of ['', 'registry', 'a b'])
      expect((await send('{}', { authorization: basic(user, TOKEN) })).status).toBe(202);
  });

  test('answers a wrong or missing credential with 401, and reads nothing', async () => {
    const wrong = ['', 'Bearer', 'Bearer wrong', basic('x', 'wrong'), 'Basic ###', 'Basic', TOKEN, 'Digest a=b'];
    for (const authorization of wrong) expect((await send('{}', { authorization })).status).toBe(401);
    expect(received).toEqual([]);
    expect(rejected).toBe(wrong.length);
  });

  test('answers what it does not understand with 2xx: a registry would send it again for ever', async () => {
    for (const body of ['', 'not json', '{"events":1}']) expect((await send(body)).status).toBe(202);
  });

  test('takes a thousand events at once, and counts what is larger than 4 MiB as a gap', async () => {
    expect((await send(Buffer.alloc(4 * MEBIBYTE, 0x20))).status).toBe(202);
    expect((await send(Buffer.alloc(4 * MEBIBYTE + 1, 0x20))).status).toBe(202);
    expect((await send(Buffer.alloc(10 * MEBIBYTE, 0x20))).status).toBe(202);
    await until(async () => received.length + gaps.length === 3);
    expect(received.map(({ length }) => length)).toEqual([4 * MEBIBYTE]);
    expect(gaps).toEqual(['TooLarge', 'TooLarge']);
  });

  test('takes what comes to its address with slashes too many', async () => {
    const headers = { authorization: `Bearer ${TOKEN}` };
    for (const path of ['/notifications/', '//notifications', `/events/minio/${SECRET}/`, `//events/minio/${SECRET}`])
      expect((await fetch(`${url}${path}`, { method: 'POST', headers, body: '{}' })).status).toBe(202);
  });

  test('takes a secret of any length, and counts every wrong one', async () => {
    const long = 'ab'.repeat(1_000);
    await intake.close(0);
    const deps = { onNotification: () => undefined, onStorageEvent: () => undefined, onGap: () => undefined };
    intake = buildIntake({ token: undefined, webhookSecret: long, ...deps, onRejected: () => void rejected++ });
    url = await intake.listen({ host: '127.0.0.1', port: 0 });
    const post = async (secret: string) =>
      (await fetch(`${url}/events/minio/${secret}`, { method: 'POST', body: '{}' })).status;
    expect([await post(long), rejected]).toEqual([202, 0]);
    const wrong = [`${long}x`, 'x', 'x/y', ''];
    for (const secret of wrong) expect(await post(secret)).toBe(404);
    expect(rejected).toBe(wrong.length);
  });

  test('has no other route', async () => {
    expect((await fetch(`${url}/`)).status).toBe(404);
    expect((await fetch(`${url}/notifications`)).status).toBe(404);
  });

  test('takes the events of a store at an address that ends in the secret', async () => {
    for (const store of WEBHOOK_STORES) {
      const answer = await fetch(`${url}/events/${store}/${SECRET}`, { method: 'POST', body: `of ${store}` });
      expect(answer.status).toBe(202);
    }
    await until(async () => stored.length === 3);
    expect(stored).toEqual([
      ['minio', 'of minio'],
      ['ceph', 'of ceph'],
      ['versitygw', 'of versitygw'],
    ]);
  });

  test('answers another address as one that is not there, whatever is wrong with it', async () => {
    const addresses = [
      'events/minio/wrong',
      `events/aws/${SECRET}`,
      `events/${SECRET}`,
      'events/minio/',
      'events/minio/%00',
    ];
    const answers = await Promise.all(addresses.map((at) => fetch(`${url}/${at}`, { method: 'POST', body: '{}' })));
    expect(answers.map(({ status }) => status)).toEqual(addresses.map(() => 404));
    expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size).toBe(1);
    expect(stored).toEqual([]);
  });
});
