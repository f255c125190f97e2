import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { createCircuitBreaker } from '../../../../src/kube/client/circuit-breaker.ts';
import { parseStatus } from '../../../../src/kube/status-error.ts';

const never = new AbortController().signal;
const request = { method: 'GET', path: '/api' } as const;

/** An API server by which requests fare as its `status` says; undefined: no answer. */
function createServer() {
  const server = { status: 200 as number | undefined, retryAfter: undefined as string | undefined, requests: 0 };
  const { send, untilClosed } = createCircuitBreaker(async () => {
    server.requests += 1;
    const { status, retryAfter } = server;
    if (status === undefined) throw new Error('no answer');
    if (status !== 200) throw parseStatus(undefined, { status, request: 'GET /api', retryAfter });
    return Readable.from([]);
  });
  return { server, ask: (signal = never) => send(request, signal), untilClosed };
}

const settle = (asked: readonly Promise<unknown>[]) => Promise.allSettled(asked);
const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

test.each([500, 429, undefined])(
  'with %s as all that comes back, a thousand requests become one in half a second or more',
  async (status) => {
    const { server, ask } = createServer();
    server.status = status;
    for (let at = 0; at < 5; at += 1) await expect(ask()).rejects.toThrow();
    const many = settle(times(1_000, () => ask()));
    await jest.advanceTimersByTimeAsync(20_000);
    expect(server.requests).toBeGreaterThan(10);
    expect(server.requests).toBeLessThanOrEqual(5 + 40);
    server.status = 200;
    await jest.advanceTimersByTimeAsync(2_500);
    await many;
  },
);

test('a server that answers again is found out, however long a request of before gets no answer', async () => {
  let isDown = true;
  const { send } = createCircuitBreaker(async ({ path }) => {
    if (isDown) throw new Error('no answer');
    if (path === '/watch') await new Promise(() => undefined);
    return Readable.from([]);
  });
  await settle(times(5, () => send(request, never)));
  for (let at = 0; at < 10; at += 1) void send({ method: 'GET', path: '/watch' }, never);
  const asked = settle([send(request, never)]);
  isDown = false;
  await jest.advanceTimersByTimeAsync(2_500);
  expect(await asked).toMatchObject([{ status: 'fulfilled' }]);
});

test('once the server answers again, all go on', async () => {
  const { server, ask } = createServer();
  server.status = 503;
  await settle(times(5, () => ask()));
  const many = times(1_000, () => ask());
  server.status = 200;
  await jest.advanceTimersByTimeAsync(1_000);
  expect((await settle(many)).every(({ status }) => status === 'fulfilled')).toBe(true);
  await ask();
});

test('a server that says how long to wait is not asked before', async () => {
  const { server, ask } = createServer();
  Object.assign(server, { status: 429, retryAfter: '4' });
  await settle([ask()]);
  server.status = 200;
  const next = ask();
  await jest.advanceTimersByTimeAsync(3_900);
  expect(server.requests).toBe(1);
  await jest.advanceTimersByTimeAsync(200);
  await next;
});

test('refusals are answers: a server that refuses is asked as ever', async () => {
  const { server, ask } = createServer();
  server.status = 409;
  await settle(times(1_000, () => ask()));
  expect(server.requests).toBe(1_000);
});

test('faults with answers in between hold nothing back', async () => {
  const { server, ask } = createServer();
  for (let at = 0; at < 100; at += 1) {
    server.status = at % 5 === 4 ? 200 : 500;
    await settle([ask()]);
  }
  expect(server.requests).toBe(100);
});

test('a request that waits ends with its signal, and says which it was', async () => {
  const { server, ask } = createServer();
  server.status = undefined;
  await settle(times(5, () => ask()));
  const stop = new AbortController();
  const waiting = ask(stop.signal);
  stop.abort();
  await expect(waiting).rejects.toThrow('GET /api');
  expect(server.requests).toBe(5);
});

test('who waits for the server goes on once it answers, without a request of anybody else', async () => {
  const { server, ask, untilClosed } = createServer();
  await untilClosed(never);
  expect(server.requests).toBe(0);
  server.status = 500;
  await settle(times(5, () => ask()));
  let goOn = 0;
  for (let at = 0; at < 100; at += 1) void untilClosed(never).then(() => (goOn += 1));
  await jest.advanceTimersByTimeAsync(20_000);
  expect(goOn).toBe(0);
  expect(server.requests).toBeLessThanOrEqual(5 + 40);
  server.status = 200;
  await jest.advanceTimersByTimeAsync(2_500);
  expect(goOn).toBe(100);
});

test('who waits for the server can stop', async () => {
  const { server, ask, untilClosed } = createServer();
  server.status = 500;
  await settle(times(5, () => ask()));
  const stop = new AbortController();
  const waiting = untilClosed(stop.signal);
  stop.abort(new Error('stopped'));
  await expect(waiting).rejects.toThrow('stopped');
});
