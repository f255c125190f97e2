import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type KubeObject, keyText } from '../../../src/kube/resource.ts';
import { parseRegistryIndex } from '../../../src/operator/parse.ts';
import { REGISTRY_INDEX } from '../../../src/operator/resource-type.ts';
import { eventually, until } from '../../support/eventually.ts';
import { type Cluster, startCluster } from './support/cluster.ts';
import { type DeadEndpoints, startDeadEndpoints, WAYS_TO_HANG } from './support/dead-endpoints.ts';
import type { OperatorProcess } from './support/operator-process.ts';
import { type Resource, resourceIn } from './support/resource.ts';

/** In the namespace of the healthy one and in five others. */
const HANGING = 50;
/** Their endpoints end every connection. */
const CLOSING = 5;
/** Their endpoints have names that nobody knows, or that are looked up in vain where no name server answers. */
const UNKNOWN = 10;
const NAMESPACES = ['default', 'dead-1', 'dead-2', 'dead-3', 'dead-4', 'dead-5'];
const soon = () => AbortSignal.timeout(120_000);

let cluster: Cluster;
let dead: DeadEndpoints;
let operator: OperatorProcess;
let hanging: Resource[];
let closing: Resource[];
let unknown: Resource[];

beforeAll(async () => {
  [cluster, dead] = await Promise.all([startCluster(), startDeadEndpoints()]);
  for (const namespace of NAMESPACES.slice(1)) await prepare(namespace);
  hanging = Array.from({ length: HANGING }, (_, i) => resourceAt(`hanging-${i}`, wayOf(i), NAMESPACES[i % 6]));
  closing = Array.from({ length: CLOSING }, (_, i) => resourceAt(`closing-${i}`, dead.urls.closing));
  unknown = Array.from({ length: UNKNOWN }, (_, i) => resourceAt(`unknown-${i}`, `http://nobody-${i}.example:8000`));
});

afterAll(async () => {
  await cluster?.stop();
  await dead?.stop();
});

const wayOf = (i: number) => dead.urls[WAYS_TO_HANG[i % WAYS_TO_HANG.length] ?? 'silent'];

/** A namespace whose resources bring their keys. */
async function prepare(namespace: string): Promise<void> {
  const keys = [`AWS_ACCESS_KEY_ID=${cluster.dynamodb.accessKeyId}`, 'AWS_SECRET_ACCESS_KEY=secret'];
  await cluster.kubectl('create', 'namespace', namespace);
  const literals = keys.map((key) => `--from-literal=${key}`);
  await cluster.kubectl('create', 'secret', 'generic', 'keys', `-n=${namespace}`, ...literals);
}

function resourceAt(name: string, endpoint: string, namespace = 'default'): Resource {
  const credentials = namespace === 'default' ? {} : { credentials: { secretRef: { name: 'keys' } } };
  return resourceIn(cluster, name, { namespace, dynamodb: { endpoint }, ...credentials });
}

const applied = async (resources: readonly Resource[]) => {
  await Promise.all(resources.map((resource) => resource.apply()));
};

/** For each resource that a pass has told something of in its present generation, when that was first seen. */
interface Watched {
  readonly toldAtMs: ReadonlyMap<string, number>;
  stop(): void;
}

function watchPasses(): Watched {
  const toldAtMs = new Map<string, number>();
  const stop = new AbortController();
  const see = (object: KubeObject) => {
    const index = parseRegistryIndex(object);
    if (index?.status?.observedGeneration !== index?.metadata.generation) return;
    if (!toldAtMs.has(keyText(object.metadata))) toldAtMs.set(keyText(object.metadata), performance.now());
  };
  const follow = async () => {
    const { items, resourceVersion } = await cluster.client.list(REGISTRY_INDEX, undefined, {}, stop.signal);
    items.forEach(see);
    const options = { resourceVersion, timeoutSeconds: 600 };
    for await (const event of cluster.client.watch(REGISTRY_INDEX, undefined, options, stop.signal))
      if (event.type !== 'BOOKMARK') see(event.object);
  };
  void follow().catch(() => undefined);
  return { toldAtMs, stop: () => stop.abort() };
}

/**
 * Waits until each healthy one was served. None of those that hang may have been given up by then: that takes as long
 * as a request may, which a healthy one must not wait for.
 */
async function servedFirst(
  what: string,
  { healthy, fresh = hanging }: { healthy: readonly Resource[]; fresh?: readonly Resource[] },
  begin: () => Promise<void>,
): Promise<void> {
  const watched = watchPasses();
  const startedMs = performance.now();
  await begin();
  const begunMs = performance.now();
  await until(() => healthy.every((resource) => watched.toldAtMs.has(keyText(resource))));
  const servedMs = healthy.map((resource) => watched.toldAtMs.get(keyText(resource)) ?? Number.NaN);
  const servedAtMs = Math.max(...servedMs);
  const givenUp = fresh.filter((resource) => (watched.toldAtMs.get(keyText(resource)) ?? Infinity) < servedAtMs);
  watched.stop();
  const seconds = servedMs.map((ms) => ((ms - Math.min(begunMs, ms)) / 1_000).toFixed(1)).join(' and ');
  const total = ((servedAtMs - startedMs) / 1_000).toFixed(1);
  console.info(
    `${what}: the first pass of healthy ones was told after ${seconds} s (${total} s with what comes before)`,
  );
  expect(givenUp.map(keyText)).toEqual([]);
}

describe(`beside ${HANGING} resources whose endpoints hang, in every way, and ${CLOSING} whose endpoint closes, and ${UNKNOWN} whose endpoint nobody knows`, () => {
  const healthyAt = (name: string, namespace?: string) => resourceAt(name, cluster.dynamodb.endpoint, namespace);
  /** One that has to be looked up as well. */
  const healthyByName = (name: string, namespace?: string) =>
    resourceAt(name, cluster.dynamodb.endpoint.replace('127.0.0.1', 'localhost'), namespace);
  let first: Resource[];

  test('a healthy one is served first when the operator starts and knows none of them', async () => {
    first = [healthyAt('healthy'), healthyByName('healthy-among-them', 'dead-5')];
    await applied([...hanging, ...closing, ...unknown]);
    await applied(first);
    await servedFirst('at the start', { healthy: first }, async () => {
      operator = await cluster.startOperator('first', '*');
    });
  });

  test('each of them says what does not answer', async () => {
    await eventually(async () => {
      for (const resource of hanging)
        expect(await resource.condition('Ready')).toMatch(/^False\/(EndpointUnreachable|TimedOut): https?:\/\/127/);
      for (const resource of closing) expect(await resource.condition('Ready')).toMatch(/^False\/EndpointUnreachable/);
    });
  });

  test('a healthy one that is made later is served before one that hangs and was made with it', async () => {
    const late = resourceAt('late-hanging', dead.urls.silent);
    const healthy = [healthyAt('made-later'), healthyByName('made-later-among-them', 'dead-1')];
    await servedFirst('made later', { healthy, fresh: [late] }, async () => {
      await late.apply();
      await applied(healthy);
    });
  });

  test('a healthy one is served first when the operator starts again', async () => {
    await operator.stop();
    await Promise.all(
      [...hanging, ...closing, ...unknown, ...first].map((resource) => resource.change({ search: { replicas: 2 } })),
    );
    await servedFirst('started again', { healthy: first }, async () => {
      operator = await cluster.startOperator('second', '*');
    });
  });

  test('one whose endpoint answers again is served', async () => {
    const startedMs = performance.now();
    dead.revive(cluster.dynamodb.endpoint);
    const revived = hanging.find(({ spec }) => spec.dynamodb?.endpoint === dead.urls.silent);
    await eventually(async () => expect(await revived?.condition('TablesReady')).toMatch(/^True/));
    console.info(
      `an endpoint that answers again: tables ready after ${((performance.now() - startedMs) / 1_000).toFixed(1)} s`,
    );
  });

  test('all that was healthy gets its tables', async () => {
    for (const resource of first)
      await eventually(async () => expect(await resource.condition('TablesReady')).toMatch(/^True/));
    const { items } = await cluster.client.list(REGISTRY_INDEX, undefined, {}, soon());
    expect(items.length).toBeGreaterThan(HANGING);
  });
});
