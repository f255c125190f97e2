import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import type { GuardedApp } from '../../../src/http/guarded-app.ts';
import { SOCKET_LIMITS, type SocketLimits } from '../../../src/http/socket-guard.ts';
import { EngineBusy, type SearchEngine } from '../../../src/search/api.ts';
import { createSearchEngine } from '../../../src/search/engine/create-engine.ts';
import { buildSearchServer } from '../../../src/server/app.ts';
import { createMetricsRegistry } from '../../../src/telemetry/metrics.ts';
import { until } from '../../support/eventually.ts';
import { portOf } from '../../support/network/listen.ts';
import { searchRecord } from '../../support/search/search-records.ts';
import { createServerBench, sendRaw } from '../../support/search/search-server.ts';

const opened: GuardedApp[] = [];

function open(limits: Partial<SocketLimits> = {}): GuardedApp {
  const bench = createServerBench([searchRecord('team/x')], { limits });
  opened.push(bench);
  return bench;
}

async function listening(limits: Partial<SocketLimits> = {}): Promise<number> {
  const { app } = open(limits);
  await app.listen({ host: '127.0.0.1', port: 0 });
  return portOf(app.server);
}

afterEach(async () => {
  for (const { close } of opened.splice(0)) await close(0);
});

function request(target: string | Buffer): Buffer {
  const head = Buffer.from('GET ');
  const tail = Buffer.from(' HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  return Buffer.concat([head, Buffer.from(target), tail]);
}

function parse(response: string) {
  const [head = '', body = ''] = response.split('\r\n\r\n');
  return { status: Number(head.split(' ')[1]), json: JSON.parse(body) };
}

describe('bytes on a real socket', () => {
  test.each<[string, Buffer | string, number, string]>([
    [
      'raw bytes that are no UTF-8',
      request(Buffer.from([...Buffer.from('/v1/search?q='), 0xff, 0xfe])),
      400,
      'REQUEST_INVALID',
    ],
    ['a sort of 10 kB', request(`/v1/search?sort=${'a'.repeat(10_240)}`), 400, 'SORT_INVALID'],
    ['an address of 20 kB', request(`/v1/search?q=${'a'.repeat(20_480)}`), 431, 'HEADERS_TOO_LARGE'],
    ['no HTTP at all', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n', 400, 'REQUEST_INVALID'],
    ['a control character in the address', request('/v1/search?q=a\x00b'), 400, 'REQUEST_INVALID'],
    [
      'a body',
      'POST /v1/search HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}',
      405,
      'UNSUPPORTED',
    ],
  ])('%s is refused as JSON', async (_what, bytes, status, code) => {
    const answer = parse(await sendRaw(await listening(), bytes));
    expect(answer).toEqual({ status, json: { errors: [{ code, message: expect.any(String) }] } });
  });
});

/** A server over an engine whose answers to everything are worked out until they are given up. */
async function withEndlessWork() {
  const signals: (AbortSignal | undefined)[] = [];
  const work = (_query: unknown, signal?: AbortSignal) => {
    signals.push(signal);
    return new Promise<never>((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
  };
  const engine = { ...createSearchEngine(), search: work, suggest: work, catalog: work };
  const { app, port } = await serving(engine);
  const isGivenUp = () => signals.every((signal) => signal?.aborted);
  return { app, port, begun: () => signals.length, isGivenUp };
}

async function serving(engine: SearchEngine) {
  const served = { engine, epoch: 1, incomplete: false };
  const log = pino({ level: 'silent' });
  const guarded = buildSearchServer({
    replica: { current: () => served },
    metricsRegistry: createMetricsRegistry(),
    log,
  });
  const { app } = guarded;
  opened.push(guarded);
  await app.listen({ host: '127.0.0.1', port: 0 });
  return { app, port: portOf(app.server) };
}

describe.each(['/v1/search?q=x', '/v1/suggest?q=x', '/v2/_catalog'])('%s', (path) => {
  const asked = `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;

  test('is worked out once for all who ask, and given up when all of them have gone', async () => {
    const { app, port, begun, isGivenUp } = await withEndlessWork();
    let requests = 0;
    app.server.on('request', () => void requests++);
    const [first, ...others] = [1, 2, 3].map(() => connect(port, '127.0.0.1', () => undefined));
    for (const socket of [first, ...others]) socket?.write(asked);
    await until(() => requests === 3);
    expect(begun()).toBe(1);
    first?.destroy();
    await until(async () => (await connections(app)) === 2);
    expect(isGivenUp()).toBe(false);
    for (const socket of others) socket.destroy();
    await until(isGivenUp);
  });

  test('answers with 503 and Retry-After when the engine has too much to do', async () => {
    const busy = () => {
      throw new EngineBusy();
    };
    const { port } = await serving({ ...createSearchEngine(), search: busy, suggest: busy, catalog: busy });
    const answer = await sendRaw(port, asked.replace('Host: x', 'Host: x\r\nConnection: close'));
    expect(parse(answer)).toEqual({
      status: 503,
      json: { errors: [{ code: 'BUSY', message: expect.any(String) }] },
    });
    expect(answer).toMatch(/^retry-after: 1\r$/im);
  });
});

function connections({ server }: FastifyInstance): Promise<number> {
  return promisify(server.getConnections.bind(server))();
}

test('one request too many on one connection is refused as JSON, after the answer that is under way', async () => {
  const requests = 'GET /v1/search?q=team HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(SOCKET_LIMITS.unanswered + 1);
  const [first = '', last = '', ...others] = (await sendRaw(await listening(), requests)).split(/(?=HTTP\/1\.1 \d)/);
  expect(others).toEqual([]);
  expect(parse(first)).toMatchObject({ status: 200, json: { num_results: 1 } });
  expect(parse(last)).toEqual({
    status: 503,
    json: { errors: [{ code: 'TOO_MANY_UNANSWERED', message: expect.any(String) }] },
  });
  expect(last).toMatch(/^Retry-After: 1\r$/m);
  expect(last).toMatch(/^Connection: close\r$/m);
});

test('as many requests at once as may be on one connection are all answered', async () => {
  const request = 'GET /v1/search?q=team HTTP/1.1\r\nHost: x\r\n';
  const others = `${request}\r\n`.repeat(SOCKET_LIMITS.unanswered - 1);
  const answers = await sendRaw(await listening(), `${others}${request}Connection: close\r\n\r\n`);
  expect(answers.match(/"num_results":1/g)).toHaveLength(SOCKET_LIMITS.unanswered);
});

/** An app with a route that answers when told to. */
async function withSlowRoute() {
  const { app, close } = open();
  const entered = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  app.get('/slow', async () => {
    entered.resolve();
    await release.promise;
    return { done: true };
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  return { app, close, port: portOf(app.server), entered: entered.promise, release: release.resolve };
}

async function fetchKept(port: number, path: string, agent: Agent) {
  const [response] = await once(get({ host: '127.0.0.1', port, path, agent }), 'response');
  return { status: response.statusCode, body: await text(response) };
}

describe('a graceful stop', () => {
  test('answers what is under way, accepts nothing new and closes every connection', async () => {
    const { app, close, port, entered, release } = await withSlowRoute();
    const agent = new Agent({ keepAlive: true });
    const unused = connect(port, '127.0.0.1');
    await once(unused, 'connect');
    const unusedClosed = once(unused, 'close');
    const slow = fetchKept(port, '/slow', agent);
    await entered;
    const closed = close(60_000);
    while (app.server.listening) await setImmediate();
    await expect(fetchKept(port, '/v1/_ping', new Agent())).rejects.toThrow('ECONNREFUSED');
    release();
    expect(await slow).toEqual({ status: 200, body: '{"done":true}' });
    await Promise.all([closed, unusedClosed]);
    agent.destroy();
  });

  test('waits no longer than that for clients that do not take their answers', async () => {
    const { app, close } = open();
    const large = 'x'.repeat(8 * 1024 * 1024);
    app.get('/large', async () => large);
    await app.listen({ host: '127.0.0.1', port: 0 });
    const socket = connect(portOf(app.server), '127.0.0.1').pause();
    const [, response] = await Promise.all([
      new Promise((resolve) => socket.write('GET /large HTTP/1.1\r\nHost: x\r\n\r\n', resolve)),
      once(app.server, 'request').then(([, answer]) => answer),
    ]);
    await until(() => response.writableEnded);
    await close(10);
    expect((await text(socket)).length).toBeLessThan(large.length);
  });

  test('cuts off what does not end in time', async () => {
    const { close, port, entered, release } = await withSlowRoute();
    const slow = fetchKept(port, '/slow', new Agent());
    const cut = expect(slow).rejects.toThrow('socket hang up');
    await entered;
    await close(10);
    await cut;
    release();
  });
});
