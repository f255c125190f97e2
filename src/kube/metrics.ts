import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { RestObserver } from './client/transport.ts';
import type { ReconcileObserver } from './controller.ts';
import type { LeaderObserver } from './lease/leader-election.ts';
import type { Outcome } from './outcome.ts';
import type { QueueObserver } from './queue/work-queue.ts';

/** Observers for the parts of this folder, each an option of the part. */
export interface KubeMetrics {
  readonly rest: RestObserver;
  readonly leader: LeaderObserver;
  queue(name: string): QueueObserver;
  controller(name: string): ReconcileObserver;
}

/** The outcomes in controller-runtime's words. */
const RESULTS = {
  done: 'success',
  after: 'requeue_after',
  retry: 'error',
  stalled: 'terminal_error',
} as const satisfies Record<Outcome['kind'], string>;

/** controller-runtime's buckets, thinned out. */
const SECONDS = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** The names and labels of controller-runtime and client-go, so that existing dashboards and alerts work. */
export function createKubeMetrics(registry: Registry): KubeMetrics {
  return {
    rest: restMetrics(registry),
    leader: leaderMetrics(registry),
    queue: queueMetrics(registry),
    controller: controllerMetrics(registry),
  };
}

function restMetrics(registry: Registry): RestObserver {
  const requests = new Counter({
    name: 'rest_client_requests_total',
    help: 'Requests to the API server, by status code, method and host.',
    labelNames: ['code', 'method', 'host'],
    registers: [registry],
  });
  return { requestDone: (labels) => requests.inc({ ...labels }) };
}

function leaderMetrics(registry: Registry): LeaderObserver {
  const status = new Gauge({
    name: 'leader_election_master_status',
    help: '1 while this process is the leader, 0 while it stands by.',
    labelNames: ['name'],
    registers: [registry],
  });
  return { leading: (name, isLeader) => status.set({ name }, isLeader ? 1 : 0) };
}

function queueMetrics(registry: Registry): KubeMetrics['queue'] {
  const labelNames = ['name', 'controller'];
  const registers = [registry];
  const depth = new Gauge({ name: 'workqueue_depth', help: 'Keys that wait for a worker.', labelNames, registers });
  const adds = new Counter({ name: 'workqueue_adds_total', help: 'Keys added to the queue.', labelNames, registers });
  const retries = new Counter({ name: 'workqueue_retries_total', help: 'Keys tried again.', labelNames, registers });
  return (name) => {
    const labels = { name, controller: name };
    return {
      added: () => adds.inc(labels),
      retried: () => retries.inc(labels),
      depth: (keys) => depth.set(labels, keys),
    };
  };
}

function controllerMetrics(registry: Registry): KubeMetrics['controller'] {
  const total = new Counter({
    name: 'controller_runtime_reconcile_total',
    help: 'Reconcile passes, by controller and result.',
    labelNames: ['controller', 'result'],
    registers: [registry],
  });
  const time = new Histogram({
    name: 'controller_runtime_reconcile_time_seconds',
    help: 'How long a reconcile pass takes.',
    labelNames: ['controller'],
    buckets: SECONDS,
    registers: [registry],
  });
  return (controller) => {
    for (const result of Object.values(RESULTS)) total.inc({ controller, result }, 0);
    return {
      reconciled(outcome, seconds) {
        total.inc({ controller, result: RESULTS[outcome] });
        time.observe({ controller }, seconds);
      },
    };
  };
}
