import { setImmediate, setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { type ReflectorOptions, startReflector } from '../../../../src/kube/cache/reflector.ts';
import { createKubeClient } from '../../../../src/kube/client/client.ts';
import { keyOf, keyText, type ObjectKey } from '../../../../src/kube/resource.ts';
import { until } from '../../../support/eventually.ts';
import { type Answer, type FaultServer, refuse, startFaultServer, THING } from '../../../support/kube/fault-server.ts';
import { silentLog } from '../../../support/silent-log.ts';

const backoff = { baseMs: 2, capMs: 20, healthyMs: 120_000 };

let server: FaultServer;
let stop: AbortController;
let reflecting: ReturnType<typeof reflect>;

/** A reflector of the server, and what its handler was told: the newest version of each object, or `gone`. */
function reflect(options: Partial<ReflectorOptions> = {}) {
  const client = createKubeClient({ config: server.config, userAgent: 'test' });
  const told = new Map<string, string | undefined>();
  const onChange: ReflectorOptions['onChange'] = (key, object) => {
    told.set(keyText(key), object === undefined ? 'gone' : object.metadata.resourceVersion);
  };
  const reflector = startReflector({ client, type: THING, onChange, log: silentLog, backoff, ...options }, stop.signal);
  return { ...reflector, told };
}

function versions(objects: readonly { metadata: { name: string; resourceVersion?: string } }[]) {
  return objects.map(({ metadata }) => `${metadata.name} ${metadata.resourceVersion}`).sort();
}

/** Waits until the reflector knows exactly what the server has. */
async function converge(): Promise<void> {
  await until(() => String(versions(reflecting.list())) === String(versions(server.objects())));
}

async function watching(): Promise<void> {
  await until(() => server.asked.at(-1)?.startsWith('watch') ?? false);
}

const proxyPage: Answer = (_request, response) => response.writeHead(502).end('<html>');
const nonsense: Answer = (_request, response) => response.end('{"items": 5}');
const reset: Answer = (request) => request.socket.destroy();

function errorEvent(code: number): string {
  return `${JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code, message: 'etcd' } })}\n`;
}

const lists = () => server.asked.filter((request) => request === 'list').length;
const thing = (name: string): ObjectKey => ({ namespace: 'team', name });

beforeEach(async () => {
  server = await startFaultServer();
  stop = new AbortController();
});
afterEach(async () => {
  stop.abort();
  await reflecting.stopped;
  await server.close();
});

describe('a reflector', () => {
  test('knows all objects once it has synced, page after page of one snapshot', async () => {
    for (let i = 0; i < 1_203; i++) server.put(`t${i}`);
    reflecting = reflect();
    expect(reflecting.list()).toEqual([]);
    await reflecting.synced;
    expect(versions(reflecting.list())).toEqual(versions(server.objects()));
    expect(reflecting.told.size).toBe(1_203);
    expect(server.asked.slice(0, 3)).toEqual(['list', 'list …', 'list …']);
  });

  test('sees creates, updates and deletes as they happen', async () => {
    server.put('a');
    reflecting = reflect();
    await watching();
    const b = server.put('b');
    const a = server.put('a');
    await converge();
    expect(reflecting.get(keyOf(a))).toEqual(a);
    server.remove('a');
    await converge();
    expect([...reflecting.told]).toEqual([
      ['team/a', 'gone'],
      ['team/b', b.metadata.resourceVersion],
    ]);
    expect(lists()).toBe(1);
  });

  test('stops by its signal, without another request', async () => {
    reflecting = reflect();
    await watching();
    stop.abort();
    await reflecting.stopped;
    const asked = server.asked.length;
    server.put('late');
    expect(server.asked).toHaveLength(asked);
    expect(reflecting.list()).toEqual([]);
  });

  test('that is stopped before its first list resolves for those that wait for it', async () => {
    server.answerNext(() => undefined);
    reflecting = reflect();
    stop.abort();
    await reflecting.synced;
    expect(reflecting.list()).toEqual([]);
  });
});

describe('after a fault', () => {
  test.each([
    ['an error', refuse(500, 'InternalError')],
    ['too many requests', refuse(429, 'TooManyRequests')],
    ['no rights', refuse(403, 'Forbidden')],
    ['a page of a proxy', proxyPage],
    ['nonsense', nonsense],
    ['a reset', reset],
  ])('%s instead of the first list: it tries again', async (_name, answer) => {
    server.put('a');
    server.answerNext(answer);
    server.answerNext(answer);
    reflecting = reflect();
    await reflecting.synced;
    expect(versions(reflecting.list())).toEqual(versions(server.objects()));
  });

  test.each(['end', 'reset'] as const)(
    'the stream broke off by %s: it goes on from the last version it saw',
    async (how) => {
      reflecting = reflect();
      await watching();
      const { metadata } = server.put('a');
      await converge();
      server.interrupt(how);
      server.put('b');
      await converge();
      expect(server.asked).toEqual(['list', 'watch 100', `watch ${metadata.resourceVersion}`]);
    },
  );

  test('a dead connection is noticed by its silence', async () => {
    reflecting = reflect({ idleMs: 50 });
    await watching();
    server.mute();
    server.put('a');
    await converge();
    // On a machine that stands still for a while the next stream is silent too, and a list comes after all.
    expect(server.asked.slice(0, 3)).toEqual(['list', 'watch 100', 'watch 100']);
  });

  test('a watch without changes is renewed without a pause', async () => {
    reflecting = reflect({ idleMs: 1_050, backoff: { baseMs: 1e9, capMs: 1e9, healthyMs: 0 } });
    await until(() => server.asked.length >= 3);
    expect(server.asked.slice(0, 3)).toEqual(['list', 'watch 100', 'watch 100']);
  });

  test('a bookmark moves the version from which it goes on', async () => {
    reflecting = reflect();
    await watching();
    server.inject('{"type":"BOOKMARK","object":{"kind":"Thing","metadata":{"resourceVersion":"100000"}}}\n');
    server.interrupt('end');
    await until(() => server.asked.includes('watch 100000'));
    expect(lists()).toBe(1);
  });

  test.each([
    ['an ERROR event', errorEvent(500)],
    ['half a line', '{"type":"MODIF\n'],
    ['an event of no known type', '{"type":"MOVED","object":{}}\n'],
    ['an event without an object', '{"type":"ADDED"}\n'],
  ])('%s in the stream: nothing is missed', async (_name, text) => {
    reflecting = reflect();
    await watching();
    server.inject(text);
    server.put('a');
    await converge();
    expect(reflecting.get(thing('a'))).toBeDefined();
  });

  test.each([
    ['the answer', () => server.interrupt('end')],
    ['an ERROR event', () => server.inject(errorEvent(410))],
  ])('its version was forgotten, told by %s: it lists anew, and tells what is gone', async (_name, provoke) => {
    for (const name of ['a', 'b']) server.put(name);
    reflecting = reflect();
    await watching();
    reflecting.told.clear();
    server.mute();
    server.remove('a');
    const c = server.put('c');
    server.compact();
    provoke();
    await converge();
    expect([...reflecting.told]).toEqual([
      ['team/a', 'gone'],
      ['team/c', c.metadata.resourceVersion],
    ]);
  });

  test('a handler that throws or rejects does not stop it', async () => {
    const failures = [
      () => {
        throw new Error('boom');
      },
      () => Promise.reject(new Error('boom')),
    ];
    let calls = 0;
    reflecting = reflect({ onChange: () => failures[calls++ % 2]?.() });
    await watching();
    for (const name of ['a', 'b', 'c', 'd']) server.put(name);
    await converge();
    expect(calls).toBe(4);
  });
});

test('has all objects in the end, whatever faults come in whatever order, and leaves no rejection unhandled', async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => void unhandled.push(reason);
  process.on('unhandledRejection', note);
  const mishaps: Record<string, () => void> = {
    put: () => server.put(`t${Math.floor(Math.random() * 20)}`),
    remove: () => server.remove(server.objects()[0]?.metadata.name ?? 'none'),
    end: () => server.interrupt('end'),
    reset: () => server.interrupt('reset'),
    mute: () => server.mute(),
    compact: () => server.compact(),
    expired: () => server.inject(errorEvent(410)),
    failed: () => server.inject(errorEvent(500)),
    garbage: () => server.inject('{"type":"MODIF\n'),
    refused: () => server.answerNext(refuse(500, 'InternalError')),
    cut: () => server.answerNext(reset),
  };
  reflecting = reflect({ idleMs: 50 });
  for (let step = 0; step < 300; step++) {
    const names = Object.keys(mishaps);
    mishaps.put?.();
    mishaps[names[Math.floor(Math.random() * names.length)] ?? 'put']?.();
    await wait(2);
  }
  await converge();
  const last = server.put('last');
  await converge();
  expect(reflecting.told.get('team/last')).toBe(last.metadata.resourceVersion);
  expect([...reflecting.told].filter(([, version]) => version !== 'gone').length).toBe(server.objects().length);
  expect(unhandled).toEqual([]);
  process.off('unhandledRejection', note);
});

async function* endAtOnce() {
  await setImmediate();
  yield* [];
}

test('a type that the server does not know is told in words, and is there as soon as it is defined', async () => {
  const told: string[] = [];
  const log = pino({}, { write: (line) => void told.push(JSON.parse(line).msg) });
  server.put('a');
  server.answerNext((_request, response) => response.writeHead(404).end('404 page not found'));
  reflecting = reflect({ log });
  await converge();
  expect(told).toEqual([
    'The CustomResourceDefinition is missing; trying again until the API server knows things.example.dev',
  ]);
});

test('a server that ends every watch at once is not asked in a hot loop', async () => {
  const stop = new AbortController();
  let watches = 0;
  const client: ReflectorOptions['client'] = {
    list: async () => ({ items: [], resourceVersion: '1' }),
    watch: () => {
      watches += 1;
      return endAtOnce();
    },
  };
  const backoff = { baseMs: 1e9, capMs: 1e9, healthyMs: 0 };
  const options = { client, type: THING, onChange: () => undefined, log: silentLog, backoff };
  const reflector = startReflector(options, stop.signal);
  for (let turn = 0; turn < 100; turn++) await setImmediate();
  expect(watches).toBe(1);
  stop.abort();
  await reflector.stopped;
});
