import fastify from 'fastify';
import { Gauge, Registry } from 'prom-client';
import { falseCondition, mergeConditions, trueCondition } from '../../../src/api/conditions.ts';
import type { RegistryIndexStatus } from '../../../src/api/generated.ts';
import { createEventMetrics } from '../../../src/indexer/events/metrics.ts';
import { createMessageMetrics } from '../../../src/indexer/events/sqs/metrics.ts';
import { createKubeMetrics } from '../../../src/kube/metrics.ts';
import { createIndexMetrics } from '../../../src/operator/metrics.ts';
import { createSearchEngine } from '../../../src/search/engine/create-engine.ts';
import { createReplicaMetrics, exposeReadUnits, exposeServedIndex } from '../../../src/search/replica/metrics.ts';
import { countChecks } from '../../../src/server/access/metrics.ts';
import { countAnswers, measureRequests } from '../../../src/server/metrics.ts';
import { createMetricsRegistry } from '../../../src/telemetry/metrics.ts';
import { registryIndex } from '../operator/resources.ts';
import { searchRecord } from '../search/search-records.ts';

/** What Prometheus scrapes: the metrics of a process, and what the chart's monitors make of its pod. */
export interface Target {
  readonly registry: Registry;
  readonly labels: Readonly<Record<string, string>>;
}

/** Where the operator runs, as Lease and namespace; the chart's rules name both. */
export const OPERATOR = { namespace: 'release-namespace', name: 'test-registry-index' };
/** The RegistryIndex that all is about. */
export const INDEX = { namespace: 'team', name: 'images' };

/** The metrics of all programs around one RegistryIndex, as they are, without the programs. */
export type MeteredPrograms = ReturnType<typeof meteredPrograms>;

/** `now` in milliseconds since 1970. */
export function meteredPrograms(now: () => number) {
  const operators = ['operator-a', 'operator-b'].map((pod) => ({ ...operator(), labels: { ...OPERATOR, pod } }));
  const search = { ...searchPod(now), labels: { ...INDEX, pod: 'images-search-a' } };
  const indexer = { ...indexerPod(), labels: { ...INDEX, pod: 'images-indexer-a' } };
  const cluster = { ...kubeStateMetrics(), labels: {} };
  return {
    operators,
    search,
    indexer,
    cluster,
    targets: [...operators, search, indexer, cluster] as readonly Target[],
  };
}

function operator() {
  const registry = createMetricsRegistry();
  const kube = createKubeMetrics(registry);
  const index = createIndexMetrics(registry);
  return {
    registry,
    leading: (isLeader: boolean) => kube.leader.leading(OPERATOR.name, isLeader),
    reconciled: kube.controller('registryindex').reconciled,
    observe: (status: RegistryIndexStatus) => index.observe(registryIndex({ metadata: INDEX, status })),
  };
}

function searchPod(now: () => number) {
  const registry = createMetricsRegistry({ process: true });
  const meter = { readUnits: 0 };
  const engine = createSearchEngine();
  engine.upsert(searchRecord('team/app'));
  exposeReadUnits(registry, meter);
  exposeServedIndex(registry, { current: () => ({ engine, epoch: 1, incomplete: false }) });
  const replica = createReplicaMetrics(registry, now);
  const answered = countAnswers(registry);
  const checked = countChecks(registry, () => 1);
  const answer = createAnswering(registry);
  return {
    registry,
    meter,
    answered,
    checked,
    answer,
    polledAt: replica.polled,
    /** A record that was written, and another time whose push was told, so many seconds ago. */
    found(via: 'nudge' | 'feed', { writtenSecondsAgo, pushedSecondsAgo }: Ages) {
      const changedAtMs = now() - writtenSecondsAgo * 1_000;
      const hintedAtMs = now() - pushedSecondsAgo * 1_000;
      const record = searchRecord('team/app');
      const provenance = { epoch: 1, fingerprint: 'f', listedAtMs: 0, hintedAtMs };
      const stored = { ...provenance, record, revision: 1, changedAtMs, deleted: false };
      replica.applied([{ stored, isPush: true }], { via, isBuilt: true });
    },
  };
}

interface Ages {
  readonly writtenSecondsAgo: number;
  readonly pushedSecondsAgo: number;
}

/** A server that answers with the code, and as if after the time, that it is asked for. */
function createAnswering(registry: Registry) {
  const app = fastify();
  app.addHook('onRequest', async ({ headers }, reply) => {
    Object.defineProperty(reply, 'elapsedTime', { value: Number(headers['x-milliseconds']) });
  });
  measureRequests(app, registry);
  app.get('/v1/search', async ({ headers }, reply) => reply.code(Number(headers['x-code'])).send({}));
  return async (code: number, milliseconds: number) => {
    const headers = { 'x-code': `${code}`, 'x-milliseconds': `${milliseconds}` };
    await app.inject({ url: '/v1/search', headers });
  };
}

function indexerPod() {
  const registry = createMetricsRegistry();
  const state = { oldestMessageSeconds: 0, depth: 0 };
  const events = createEventMetrics(registry, { depth: () => state.depth });
  // The metric asks for the time itself.
  const messages = createMessageMetrics(registry, () => Date.now() - state.oldestMessageSeconds * 1_000);
  return { registry, state, events, messages };
}

/** The one metric of kube-state-metrics that a rule reads. */
function kubeStateMetrics() {
  const registry = new Registry();
  const available = new Gauge({
    name: 'kube_deployment_status_replicas_available',
    help: 'Of kube-state-metrics.',
    labelNames: ['namespace', 'deployment'],
    registers: [registry],
  });
  return {
    registry,
    searchReplicas: (count: number) =>
      available.set({ namespace: INDEX.namespace, deployment: 'images-search' }, count),
  };
}

/** A status with these conditions True or False. */
export function conditions(
  states: Readonly<Record<'Ready' | 'SearchAvailable' | 'Fresh' | 'Degraded' | 'Stalled', boolean>>,
) {
  const updates = Object.entries(states).map(([type, holds]) =>
    (holds ? trueCondition : falseCondition)(type as 'Ready', 'Because'),
  );
  return mergeConditions([], updates, { generation: 1, now: new Date(0) });
}
