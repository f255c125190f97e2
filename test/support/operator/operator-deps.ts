import { NOTHING_REPORTED } from '../../../src/dynamodb/state/event-report.ts';
import type { Reflector } from '../../../src/kube/cache/reflector.ts';
import type { KubeClient } from '../../../src/kube/client/client.ts';
import type { EventText } from '../../../src/kube/events/event-object.ts';
import type { KubeObject } from '../../../src/kube/resource.ts';
import type { OperatorDeps } from '../../../src/operator/context.ts';
import type { OpenedIndex } from '../../../src/operator/index-pool.ts';
import type { PodSecrets } from '../../../src/operator/kube-objects/pod-secrets.ts';
import { createOperatorState } from '../../../src/operator/state.ts';
import { silentLog } from '../silent-log.ts';
import { CLAIM, NOW_MS, OWNER, said } from './resources.ts';

/** Of a resource whose pods have their ambient credentials. */
export const noPodSecrets: PodSecrets = { backfill: undefined, indexer: undefined, search: undefined };

export interface FakeDeps extends OperatorDeps {
  /** What was told as events. */
  readonly told: EventText[];
}

/** Everything a pass needs; what a test does not give refuses to be used. */
export function operatorDeps(given: Partial<OperatorDeps> = {}): FakeDeps {
  const told: EventText[] = [];
  return {
    told,
    client: kubeClient({}),
    caches: {
      jobs: cacheOf([]),
      cronJobs: cacheOf([]),
      deployments: cacheOf([]),
      services: cacheOf([]),
      disruptionBudgets: cacheOf([]),
    },
    events: { record: (_regarding, text) => void told.push(text), flush: async () => undefined },
    log: silentLog,
    pool: { open: unused('the pool'), close: () => undefined, closeAll: () => undefined },
    state: createOperatorState(),
    probe: async () => undefined,
    policy: { ambientCredentials: 'All', releaseNamespace: 'registry-index', allowedEndpoints: [] },
    image: { name: 'registry-index:test', pullPolicy: undefined },
    podDefaults: {},
    readsPods: false,
    cluster: OWNER.cluster,
    recheckMs: () => 30_000,
    isLeading: () => true,
    now: () => new Date(NOW_MS),
    ...given,
  };
}

/** An API server that knows only the verbs it is given. */
export function kubeClient(verbs: Partial<KubeClient>): KubeClient {
  return {
    get: unused('get'),
    list: unused('list'),
    create: unused('create'),
    apply: unused('apply'),
    applyStatus: unused('applyStatus'),
    patch: unused('patch'),
    remove: unused('remove'),
    watch: unused('watch'),
    untilAnswering: () => Promise.resolve(),
    clusterUid: unused('clusterUid'),
    ...verbs,
  };
}

export function cacheOf(objects: readonly KubeObject[]): Reflector {
  return {
    get: ({ namespace, name }) =>
      objects.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name),
    list: () => [...objects],
    synced: Promise.resolve(),
    stopped: Promise.resolve(),
  };
}

export function services(given: Partial<OpenedIndex> = {}): OpenedIndex {
  return {
    tables: {
      describe: unused('describe'),
      create: unused('create'),
      change: unused('change'),
      remove: unused('remove'),
    },
    claims: { read: async () => said(CLAIM), write: unused('write') },
    ownership: {
      read: unused('read'),
      readToClaim: unused('readToClaim'),
      create: unused('create'),
      update: unused('update'),
    },
    ranges: {
      readPlan: unused('readPlan'),
      agreePlan: unused('agreePlan'),
      readProgress: unused('readProgress'),
      writeProgress: unused('writeProgress'),
      writeWorklist: unused('writeWorklist'),
      readWorklist: unused('readWorklist'),
    },
    resyncs: { read: unused('resyncs') },
    events: { read: async () => NOTHING_REPORTED },
    close: () => undefined,
    ...given,
  };
}

function unused(what: string): () => never {
  return () => {
    throw new Error(`this test did not expect ${what} to be used`);
  };
}
