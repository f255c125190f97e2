import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createKubeClient } from '../../../../src/kube/client/client.ts';
import type { ObjectKey } from '../../../../src/kube/resource.ts';
import { type Answer, type FaultServer, refuse, startFaultServer, THING } from '../../../support/kube/fault-server.ts';

const never = new AbortController().signal;
const key: ObjectKey = { namespace: 'team', name: 'a' };

/** All but the date. */
const REAL_TIMERS = [
  ...(['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate'] as const),
  ...(['nextTick', 'queueMicrotask', 'performance', 'hrtime'] as const),
];

let server: FaultServer;

beforeEach(async () => {
  server = await startFaultServer();
});
afterEach(async () => {
  await server.close();
});

function connect(options: { timeoutMs?: number } = {}) {
  const codes: string[] = [];
  const metrics = {
    requestDone: ({ method, code }: { method: string; code: string }) => void codes.push(`${method} ${code}`),
  };
  return { client: createKubeClient({ config: server.config, userAgent: 'test/1', metrics, ...options }), codes };
}

/** Answers with a Thing, after noting what the request was. */
function noting(seen: unknown[]): Answer {
  return (request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const { method, url, headers } = request;
      const { authorization, 'content-type': type, 'user-agent': agent } = headers;
      seen.push({ method, url, authorization, type, agent, body: body === '' ? undefined : JSON.parse(body) });
      response.end(JSON.stringify({ metadata: { namespace: 'team', name: 'a' } }));
    });
  };
}

const thing = { apiVersion: 'example.dev/v1', kind: 'Thing', metadata: key };
const path = '/apis/example.dev/v1/namespaces/team/things';

describe('requests', () => {
  test.each([
    ['get', 'GET', `${path}/a`, undefined],
    ['create', 'POST', path, 'application/json'],
    ['apply', 'PATCH', `${path}/a?fieldManager=me&force=true`, 'application/apply-patch+yaml'],
    ['applyStatus', 'PATCH', `${path}/a/status?fieldManager=me&force=false`, 'application/apply-patch+yaml'],
    ['patch', 'PATCH', `${path}/a`, 'application/merge-patch+json'],
    ['remove', 'DELETE', `${path}/a`, 'application/json'],
  ] as const)('%s is a %s with the right path and content type', async (verb, method, url, type) => {
    const seen: unknown[] = [];
    server.answerNext(noting(seen));
    const { client } = connect();
    const calls = {
      get: () => client.get(THING, key, never),
      create: () => client.create(THING, thing, never),
      apply: () => client.apply(THING, thing, { fieldManager: 'me', force: true }, never),
      applyStatus: () => client.applyStatus(THING, thing, { fieldManager: 'me' }, never),
      patch: () => client.patch(THING, key, { spec: {} }, never),
      remove: () => client.remove(THING, key, { propagation: 'Background', uid: 'u' }, never),
    };
    await calls[verb]();
    expect(seen).toEqual([
      expect.objectContaining({ method, url, type, agent: 'test/1', authorization: 'Bearer secret' }),
    ]);
  });

  test('share a few kept connections', async () => {
    const { client } = connect();
    for (let i = 0; i < 50; i++) await client.list(THING, 'team', {}, never);
    expect(server.connections()).toBeLessThan(5);
  });

  test('carry the token of the file, which is read again every minute', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'token-'));
    const tokenFile = join(directory, 'token');
    const [user] = server.config.users;
    if (user === undefined) throw new Error('the test has a user');
    server.config.users = [{ name: user.name, authProvider: { name: 'tokenFile', config: { tokenFile } } }];
    const { client } = connect();
    const seen: unknown[] = [];
    jest.useFakeTimers({ doNotFake: REAL_TIMERS });
    for (const token of ['first', 'second']) {
      await writeFile(tokenFile, token);
      server.answerNext(noting(seen));
      await client.get(THING, key, never);
      jest.setSystemTime(Date.now() + 61_000);
    }
    jest.useRealTimers();
    await rm(directory, { recursive: true });
    expect(seen).toEqual([
      expect.objectContaining({ authorization: 'Bearer first' }),
      expect.objectContaining({ authorization: 'Bearer second' }),
    ]);
  });

  test('are counted with their status, or as an error', async () => {
    const { client, codes } = connect();
    await client.list(THING, undefined, {}, never);
    server.answerNext(refuse(403, 'Forbidden'));
    await expect(client.list(THING, undefined, {}, never)).rejects.toThrow('Forbidden');
    server.answerNext((request) => request.socket.destroy());
    await expect(client.list(THING, undefined, {}, never)).rejects.toThrow('no answer');
    expect(codes).toEqual(['GET 200', 'GET 403', 'GET <error>']);
  });
});

describe('answers', () => {
  test('a missing object is undefined, and removing it is no error', async () => {
    const { client } = connect();
    server.answerNext(refuse(404, 'NotFound'));
    expect(await client.get(THING, key, never)).toBeUndefined();
    server.answerNext(refuse(404, 'NotFound'));
    await expect(client.remove(THING, key, {}, never)).resolves.toBeUndefined();
  });

  test('a refusal carries its reason and how long to wait', async () => {
    server.answerNext(refuse(429, 'TooManyRequests', { 'retry-after': '2' }));
    const refused = connect().client.get(THING, key, never);
    await expect(refused).rejects.toMatchObject({ status: 429, reason: 'TooManyRequests', retryAfterMs: 2_000 });
  });

  test.each([
    ['that never begins', () => undefined],
    ['that never ends', (_request, response) => response.writeHead(200).write('{')],
  ] satisfies [string, Answer][])('an answer %s is given up in time, and named', async (_name, answer) => {
    server.answerNext(answer);
    const waiting = connect({ timeoutMs: 50 }).client.get(THING, key, never);
    await expect(waiting).rejects.toThrow(`GET ${path}/a`);
  });

  test('a request ends with its signal', async () => {
    server.answerNext(() => undefined);
    const stop = new AbortController();
    const waiting = connect().client.get(THING, key, stop.signal);
    stop.abort();
    await expect(waiting).rejects.toThrow();
  });
});
