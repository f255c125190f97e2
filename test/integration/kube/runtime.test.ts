import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { KubeClient } from '../../../src/kube/client.ts';
import { runController } from '../../../src/kube/controller.ts';
import { createEventRecorder } from '../../../src/kube/events.ts';
import { runWhenLeader } from '../../../src/kube/lease.ts';
import { readLease } from '../../../src/kube/lease-record.ts';
import { done } from '../../../src/kube/outcome.ts';
import { type ReflectorOptions, startReflector } from '../../../src/kube/reflector.ts';
import { EVENT, keyOf, LEASE, type ObjectKey, type ResourceType, SECRET } from '../../../src/kube/resource.ts';
import { createWorkQueue } from '../../../src/kube/work-queue.ts';
import { createLogger } from '../../../src/telemetry/log.ts';
import { until } from '../../support/eventually.ts';
import { type Api, defineThings, NAMESPACE_NAME, objectOf, startApi, THING } from './api.ts';

const log = createLogger({ level: 'silent' });
const signal = AbortSignal.timeout(300_000);

let api: Api;
let client: KubeClient;
let stop: AbortController;

beforeAll(async () => {
  api = await startApi(signal);
  client = api.client;
}, 120_000);
afterAll(() => api.stop());
beforeEach(() => {
  stop = new AbortController();
});
afterEach(() => {
  stop.abort();
});

const keyOfName = (name: string): ObjectKey => ({ namespace: NAMESPACE_NAME, name });

describe('a reflector', () => {
  function reflect(options: Partial<ReflectorOptions> = {}) {
    const told: string[] = [];
    const onChange: ReflectorOptions['onChange'] = ({ name }, object) => void told.push(object ? name : `${name} gone`);
    const backoff = { baseMs: 10, capMs: 100, healthyMs: 120_000 };
    const base = { client, type: SECRET, namespace: NAMESPACE_NAME, onChange, log, backoff };
    return { ...startReflector({ ...base, ...options }, stop.signal), told };
  }

  test('sees what is there, and creates, updates and deletes as they happen', async () => {
    const a = await client.create(SECRET, objectOf(SECRET, 'a'), signal);
    const reflector = reflect();
    await reflector.synced;
    expect(reflector.get(keyOf(a))).toEqual(a);
    const b = await client.create(SECRET, objectOf(SECRET, 'b'), signal);
    await until(() => reflector.get(keyOf(b)) !== undefined);
    const patched = await client.patch(SECRET, keyOf(a), { metadata: { labels: { x: 'y' } } }, signal);
    await until(() => reflector.get(keyOf(a))?.metadata.resourceVersion === patched.metadata.resourceVersion);
    expect(reflector.get(keyOf(a))).toEqual(patched);
    await client.remove(SECRET, keyOf(b), {}, signal);
    await until(() => reflector.get(keyOf(b)) === undefined);
    expect(reflector.told).toEqual(['a', 'b', 'a', 'b gone']);
  });

  test('takes an object that leaves its selector for gone', async () => {
    const labelled = { ...objectOf(SECRET, 'c'), metadata: { ...keyOfName('c'), labels: { watched: 'yes' } } };
    await client.create(SECRET, labelled, signal);
    const reflector = reflect({ labelSelector: 'watched=yes' });
    await reflector.synced;
    expect(reflector.list().map(({ metadata }) => metadata.name)).toEqual(['c']);
    await client.patch(SECRET, keyOfName('c'), { metadata: { labels: { watched: null } } }, signal);
    await until(() => reflector.list().length === 0);
    expect(reflector.told).toEqual(['c', 'c gone']);
  });

  test('whose version the server has forgotten lists anew', async () => {
    await defineThings(client, signal);
    const versions: string[] = [];
    const forgetful: ReflectorOptions['client'] = {
      list: async (...query) => {
        const list = await client.list(...query);
        return versions.length === 0 ? { ...list, resourceVersion: '1' } : list;
      },
      watch: (type, namespace, options, term) => {
        versions.push(options.resourceVersion);
        return client.watch(type, namespace, options, term);
      },
    };
    const reflector = reflect({ client: forgetful, type: THING });
    await until(() => versions.length > 1);
    const thing = await client.create(THING, objectOf(THING, 'a'), signal);
    await until(() => reflector.get(keyOf(thing)) !== undefined);
    expect(versions[0]).toBe('1');
    expect(Number(versions[1])).toBeGreaterThan(1);
    expect(versions).toHaveLength(2);
  });
});

test('a controller keeps up what it is there for', async () => {
  const owned = ['one', 'two'].map(keyOfName);
  const queue = createWorkQueue();
  const onChange: ReflectorOptions['onChange'] = (key) => queue.add(key);
  startReflector({ client, type: SECRET, labelSelector: 'kept=yes', onChange, log }, stop.signal);
  const reconcile = async (key: ObjectKey) => {
    const wanted = { ...objectOf(SECRET, key.name), metadata: { ...key, labels: { kept: 'yes' } } };
    await client.apply(SECRET, wanted, { fieldManager: 'keeper' }, signal);
    return done;
  };
  const running = runController({ name: 'keeper', queue, concurrency: 2, log, reconcile }, stop.signal);
  for (const key of owned) queue.add(key);
  const uid = async (key: ObjectKey) => (await client.get(SECRET, key, signal))?.metadata.uid;
  await until(async () => (await Promise.all(owned.map(uid))).every((found) => found !== undefined));
  const before = await uid(keyOfName('one'));
  await client.remove(SECRET, keyOfName('one'), {}, signal);
  await until(async () => ![undefined, before].includes(await uid(keyOfName('one'))));
  stop.abort();
  await running;
  queue.close();
});

describe('two electors on one Lease', () => {
  const lease = keyOfName('leader');
  const durations = { leaseMs: 2_000, renewMs: 1_200, retryMs: 200 };

  function stand(identity: string) {
    const connection = { cut: false };
    const orCut = <T>(answer: Promise<T>) => (connection.cut ? Promise.reject(new Error('cut')) : answer);
    const cuttable: Pick<KubeClient, 'get' | 'create' | 'patch'> = {
      get: (...query) => orCut(client.get(...query)),
      create: (...query) => orCut(client.create(...query)),
      patch: (...query) => orCut(client.patch(...query)),
    };
    const terms: AbortSignal[] = [];
    const lead = async (term: AbortSignal) => {
      terms.push(term);
      await new Promise((resolve) => term.addEventListener('abort', resolve, { once: true }));
    };
    const ended = runWhenLeader({ client: cuttable, lease, identity, log, durations }, lead, stop.signal);
    return { connection, terms, ended, leads: () => terms.at(-1)?.aborted === false };
  }

  const holder = async () => {
    const object = await client.get(LEASE, lease, signal);
    return object && readLease(object).holder;
  };

  test('exactly one leads; the other takes over from a dead one, and gives the lease back when it stops', async () => {
    const both = { a: stand('a'), b: stand('b') };
    await until(() => both.a.leads() || both.b.leads());
    const [first, second] = both.a.leads() ? [both.a, both.b] : [both.b, both.a];
    const firstName = await holder();
    await wait(durations.leaseMs * 1.5);
    expect([first.leads(), second.leads()]).toEqual([true, false]);
    first.connection.cut = true;
    await until(() => second.leads());
    expect(first.leads()).toBe(false);
    expect(await holder()).toBe(firstName === 'a' ? 'b' : 'a');
    stop.abort();
    await Promise.all([first.ended, second.ended]);
    expect(await holder()).toBe('');
  }, 30_000);
});

describe('an event recorder', () => {
  const CORE_EVENT: ResourceType = { group: '', version: 'v1', plural: 'events', kind: 'Event' };

  test('makes one event that kubectl shows, and counts on it while it goes on', async () => {
    const subject = await client.create(SECRET, objectOf(SECRET, 'subject'), signal);
    let nowMs = Date.now();
    const options = { client, component: 'example.dev/test', instance: 'test-0', now: () => nowMs, log };
    const text = { type: 'Warning', reason: 'Odd', action: 'Look', note: '€'.repeat(2_000) } as const;
    const recorder = createEventRecorder(options);
    for (let i = 0; i < 3; i++) recorder.record(subject, text);
    nowMs += 11 * 60_000;
    await recorder.flush();
    recorder.record(subject, text);
    createEventRecorder(options).record(subject, text);
    await recorder.flush();
    const { items } = await client.list(CORE_EVENT, NAMESPACE_NAME, {}, signal);
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({
      involvedObject: { kind: 'Secret', name: 'subject', uid: subject.metadata.uid },
      type: 'Warning',
      reason: 'Odd',
      message: expect.stringMatching(/^€+…$/),
      series: { count: 4 },
    });
    expect((await client.list(EVENT, NAMESPACE_NAME, {}, signal)).items).toHaveLength(1);
  });
});
