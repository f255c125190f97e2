import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type ReflectorOptions, startReflector } from '../../../src/kube/cache/reflector.ts';
import type { KubeClient } from '../../../src/kube/client/client.ts';
import { runController } from '../../../src/kube/controller.ts';
import { createEventRecorder } from '../../../src/kube/events/events.ts';
import { runWhenLeader } from '../../../src/kube/lease/leader-election.ts';
import { readLease } from '../../../src/kube/lease/lease-record.ts';
import { done } from '../../../src/kube/outcome.ts';
import { createWorkQueue } from '../../../src/kube/queue/work-queue.ts';
import {
  EVENT,
  type KubeObject,
  keyOf,
  LEASE,
  type ObjectKey,
  type ResourceType,
  SECRET,
} from '../../../src/kube/resource.ts';
import { createLogger } from '../../../src/telemetry/log.ts';
import { until } from '../../support/eventually.ts';
import { type Api, defineThings, NAMESPACE_NAME, objectOf, startApi, THING } from '../../support/kube/live-api.ts';

const log = createLogger({ level: 'silent' });
const signal = AbortSignal.timeout(30 * 60_000);

let api: Api;
let client: KubeClient;
let stop: AbortController;

beforeAll(async () => {
  api = await startApi(signal);
  client = api.client;
});
afterAll(() => api.stop());
beforeEach(() => {
  stop = new AbortController();
});
afterEach(() => {
  stop.abort();
});

const keyOfName = (name: string): ObjectKey => ({ namespace: NAMESPACE_NAME, name });

/** Who manages which field is not kept: it is larger than the rest. */
function withoutManagers({ metadata: { managedFields, ...metadata }, ...object }: KubeObject): KubeObject {
  return { ...object, metadata };
}

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
    expect(reflector.get(keyOf(a))).toEqual(withoutManagers(a));
    const b = await client.create(SECRET, objectOf(SECRET, 'b'), signal);
    await until(() => reflector.get(keyOf(b)) !== undefined);
    const patched = await client.patch(SECRET, keyOf(a), { metadata: { labels: { x: 'y' } } }, signal);
    await until(() => reflector.get(keyOf(a))?.metadata.resourceVersion === patched.metadata.resourceVersion);
    expect(reflector.get(keyOf(a))).toEqual(withoutManagers(patched));
    await client.remove(SECRET, keyOf(b), {}, signal);
    await until(() => reflector.get(keyOf(b)) === undefined && reflector.told.length > 3);
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
    await until(() => versions.at(-1) !== '1' && versions.length > 0);
    const thing = await client.create(THING, objectOf(THING, 'a'), signal);
    await until(() => reflector.get(keyOf(thing)) !== undefined);
    const [forgotten, current, ...more] = new Set(versions);
    expect(forgotten).toBe('1');
    expect(Number(current)).toBeGreaterThan(1);
    expect(more).toEqual([]);
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
  const durations = { leaseMs: 6_000, renewMs: 4_000, intervalMs: 400, retryMs: 200 };

  interface Elector {
    readonly identity: string;
    readonly ended: Promise<void>;
    leads(): boolean;
    /** Cuts it off from the API server. */
    cut(): void;
  }

  /** Notes in `overlaps` who begins to lead while another one does. */
  function stand(identity: string, electors: Elector[], overlaps: string[]): Elector {
    let isCut = false;
    let term: AbortSignal | undefined;
    const orCut = <T>(answer: () => Promise<T>) => (isCut ? Promise.reject(new Error('cut')) : answer());
    const cuttable: Pick<KubeClient, 'get' | 'create' | 'patch'> = {
      get: (...query) => orCut(() => client.get(...query)),
      create: (...query) => orCut(() => client.create(...query)),
      patch: (...query) => orCut(() => client.patch(...query)),
    };
    const lead = async (begun: AbortSignal) => {
      if (electors.some((elector) => elector.leads())) overlaps.push(identity);
      term = begun;
      await new Promise((resolve) => begun.addEventListener('abort', resolve, { once: true }));
    };
    const ended = runWhenLeader({ client: cuttable, lease, identity, log, durations }, lead, stop.signal);
    const cut = () => {
      isCut = true;
    };
    return { identity, ended, leads: () => term?.aborted === false, cut };
  }

  const read = async () => {
    const object = await client.get(LEASE, lease, signal);
    return object && readLease(object);
  };

  test('exactly one leads; the other takes over from a dead one, and gives the lease back when it stops', async () => {
    const overlaps: string[] = [];
    const electors: Elector[] = [];
    for (const identity of ['a', 'b']) electors.push(stand(identity, electors, overlaps));
    const renewals = new Set<string>();
    await until(async () => renewals.add((await read())?.version ?? '').size > 5);
    await until(() => electors.some((elector) => elector.leads()));
    const dead = electors.find((elector) => elector.leads());
    dead?.cut();
    const heir = electors.find((elector) => elector !== dead);
    await until(() => heir?.leads() ?? false);
    expect(dead?.leads()).toBe(false);
    expect((await read())?.holder).toBe(heir?.identity);
    stop.abort();
    await Promise.all(electors.map(({ ended }) => ended));
    expect((await read())?.holder).toBe('');
    expect(overlaps).toEqual([]);
  });
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
