import type { RegistryIndexSpec } from '../../../src/api/generated.ts';
import { COMPONENT_LABEL } from '../../../src/api/names.ts';
import { API_VERSION, KIND } from '../../../src/api/registry-index.ts';
import type { RangeProgress } from '../../../src/dynamodb/state/ranges.ts';
import type { ResyncReport } from '../../../src/dynamodb/state/resync-report.ts';
import {
  CRON_JOB,
  DEPLOYMENT,
  DISRUPTION_BUDGET,
  JOB,
  type KubeObject,
  keyOf,
  SECRET,
  SERVICE,
} from '../../../src/kube/resource.ts';
import type { IndexServices } from '../../../src/operator/index-pool.ts';
import { reconcileOurs } from '../../../src/operator/release/reconcile-ours.ts';
import { parseRegistryIndex, REGISTRY_INDEX } from '../../../src/operator/resource.ts';
import { createOperatorState } from '../../../src/operator/state.ts';
import { fieldOf } from './live-resource.ts';
import { operatorDeps, services } from './operator-deps.ts';
import { CLAIM, NOW_MS, OWNER, registryIndex, VERSION_TABLE } from './resources.ts';
import { simulateApi } from './simulated-api.ts';
import { Crash, type CrashPoint, simulateDynamoDb, type WorldOptions } from './simulated-dynamodb.ts';

const NAMES = { version: VERSION_TABLE, repository: 'docker-registry-repository' };
const KEY = { namespace: OWNER.namespace, name: OWNER.name };
const RECHECK_MS = 30_000;
/** A pod runs for longer than it takes to start the operator again. */
const POD_MS = 2_000;

/** The operator's process ends at its write of this number, just before or just after it. */
export interface PlannedCrash {
  readonly write: number;
  readonly point: CrashPoint;
}

export type SimulatedLife = ReturnType<typeof startLife>;

/** One resource with its operator, its API server, the pods of its Jobs and a DynamoDB, all in memory. */
export function startLife(tags: WorldOptions['tags']) {
  let nowMs = NOW_MS;
  const api = simulateApi(() => nowMs);
  const dynamodb = simulateDynamoDb(NOW_MS, { tags });
  const progress = new Map<number, RangeProgress[]>();
  let report: ResyncReport | undefined;
  let writes = 0;
  let crash: PlannedCrash | undefined;
  let isDead = false;

  /** Of one process: once it has ended, nothing of it reaches anything. */
  function lifeline<Args extends unknown[], Result>(does: 'read' | 'write', act: (...args: Args) => Promise<Result>) {
    return async (...args: Args): Promise<Result> => {
      if (isDead) throw new Crash();
      if (does === 'read') return act(...args);
      writes += 1;
      const point = crash?.write === writes ? crash.point : undefined;
      if (point) isDead = true;
      if (point === 'before') throw new Crash();
      const result = await act(...args);
      if (point === 'after') throw new Crash();
      return result;
    };
  }

  function connect(): IndexServices {
    const { tables, claims, ownership } = dynamodb.client({ names: NAMES, claim: CLAIM });
    const { ranges } = services();
    return services({
      tables: {
        describe: lifeline('read', tables.describe),
        create: lifeline('write', tables.create),
        change: lifeline('write', tables.change),
        remove: lifeline('write', tables.remove),
      },
      claims: { read: lifeline('read', claims.read), write: lifeline('write', claims.write) },
      ownership: {
        read: lifeline('read', ownership.read),
        readToClaim: lifeline('read', ownership.readToClaim),
        create: lifeline('write', ownership.create),
        update: lifeline('write', ownership.update),
      },
      ranges: {
        ...ranges,
        readPlan: lifeline('read', async (epoch) =>
          progress.has(epoch) ? { epoch, boundaries: [], counts: undefined } : undefined,
        ),
        readProgress: lifeline('read', async ({ epoch }) => progress.get(epoch) ?? []),
      },
      resyncs: { read: lifeline('read', async () => report) },
    });
  }

  function startProcess() {
    isDead = false;
    const { client } = api;
    const index = connect();
    return {
      ...operatorDeps({
        client: {
          ...client,
          get: lifeline('read', client.get),
          apply: lifeline('write', client.apply),
          applyStatus: lifeline('write', client.applyStatus),
          patch: lifeline('write', client.patch),
          remove: lifeline('write', client.remove),
        },
        caches: {
          jobs: api.cache(JOB),
          cronJobs: api.cache(CRON_JOB),
          deployments: api.cache(DEPLOYMENT),
          services: api.cache(SERVICE),
          disruptionBudgets: api.cache(DISRUPTION_BUDGET),
        },
        pool: { open: () => index, close: () => undefined, closeAll: () => undefined },
        state: createOperatorState(),
        cluster: OWNER.cluster,
        recheckMs: () => RECHECK_MS,
        now: () => new Date(nowMs),
      }),
      release: 'tools/registry-index',
      otherReleases: { isThere: async () => false },
    };
  }

  let process = startProcess();

  function advance(ms: number): void {
    nowMs += ms;
    dynamodb.advance(ms);
  }

  /** What controllers and pods do with one object. True if that was something. */
  function act(object: KubeObject): boolean {
    if (object.status) return false;
    const status = statusOf(object);
    if (status) api.apply(typeOf(object), { ...bare(object), status }, 'controllers');
    return status !== undefined;
  }

  function statusOf(object: KubeObject): object | undefined {
    if (object.kind === 'Deployment')
      return { observedGeneration: 99, replicas: 1, updatedReplicas: 9, availableReplicas: 1 };
    if (object.kind !== 'Job' || nowMs < Date.parse(object.metadata.creationTimestamp ?? '') + POD_MS) return undefined;
    runPod(object);
    return { conditions: [{ type: 'Complete', status: 'True', lastTransitionTime: new Date(nowMs).toISOString() }] };
  }

  function runPod({ metadata, spec }: KubeObject): void {
    const state = dynamodb.look(NAMES.version)?.ownership;
    if (state?.kind !== 'ours') return;
    const { epoch } = state.ownership;
    if (metadata.labels?.[COMPONENT_LABEL] === 'resync') {
      report = { ...REPORT, epoch, startedAtMs: nowMs, endedAtMs: nowMs };
      return;
    }
    const args = fieldOf(spec, 'template.spec.containers.0.args');
    if (Array.isArray(args) && args.includes(`--epoch=${epoch}`)) progress.set(epoch, [{ ...FILLED, epoch }]);
  }

  async function pass(): Promise<{ readonly isAtRest: boolean }> {
    const before = writes;
    const index = parseRegistryIndex(api.get(REGISTRY_INDEX, KEY));
    if (!index) return { isAtRest: true };
    const outcome = await reconcileOurs(process, index, AbortSignal.any([])).catch((error) => ({
      kind: 'retry' as const,
      error,
    }));
    if (isDead) process = startProcess();
    const waitMs = outcome.kind === 'after' ? outcome.ms : 200;
    const acted = api.all().map(act).includes(true);
    const isRunning = api.all().some(({ kind, status }) => kind === 'Job' && !status);
    const isQuiet =
      writes === before &&
      !acted &&
      !isRunning &&
      outcome.kind !== 'retry' &&
      (outcome.kind !== 'after' || waitMs >= RECHECK_MS);
    advance(isQuiet ? 0 : Math.min(waitMs, RECHECK_MS));
    return { isAtRest: isQuiet };
  }

  return {
    dynamodb,
    names: NAMES,
    /** Applies the resource as a person does. */
    apply(spec: Partial<RegistryIndexSpec>, annotations: Record<string, string> = {}): void {
      const whole = { ...registryIndex().spec, ...spec };
      const metadata = { ...KEY, annotations };
      api.apply(REGISTRY_INDEX, { apiVersion: API_VERSION, kind: KIND, metadata, spec: whole }, 'a-person');
    },
    makeSecret(name: string, entries: Readonly<Record<string, string>>): void {
      const data = Object.fromEntries(Object.entries(entries).map(([key, value]) => [key, btoa(value)]));
      const metadata = { namespace: KEY.namespace, name };
      api.apply(SECRET, { apiVersion: 'v1', kind: 'Secret', metadata, data }, 'a-person');
    },
    remove: () => api.remove(REGISTRY_INDEX, KEY),
    writes: () => writes,
    /** Counts writes from here. */
    plan(next: PlannedCrash | undefined): void {
      writes = 0;
      crash = next;
    },
    advance,
    async comeToRest(): Promise<void> {
      for (let left = 300; left > 0; left -= 1) if ((await pass()).isAtRest) return;
      throw new Error('the operator comes to no end');
    },
    /** All there is, without times and what is random. */
    look() {
      const tables = Object.values(NAMES).map((name) => dynamodb.look(name));
      return plain({ objects: api.all().sort(byKindAndName), tables, progress: [...progress], report });
    },
  };
}

const TYPES = [CRON_JOB, DEPLOYMENT, DISRUPTION_BUDGET, JOB, SERVICE, REGISTRY_INDEX];

function typeOf({ kind }: KubeObject) {
  const type = TYPES.find((one) => one.kind === kind);
  if (!type) throw new Error(`nobody makes a ${kind}`);
  return type;
}

function bare(object: KubeObject): KubeObject {
  return { apiVersion: object.apiVersion, kind: object.kind, metadata: keyOf(object) };
}

function byKindAndName(a: KubeObject, b: KubeObject): number {
  return `${a.kind}/${a.metadata.name}` < `${b.kind}/${b.metadata.name}` ? -1 : 1;
}

const CHANGING =
  /^(uid|resourceVersion|generation|registryindex.dev\/(secret|applied)|creationTimestamp|deletionTimestamp|nudgeKey|.*At|.*AtMs|.*Time|observedGeneration)$/;

const TIME = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;

function plain(value: unknown): unknown {
  const text = JSON.stringify(value, (key, field) => (CHANGING.test(key) ? undefined : field));
  return JSON.parse(text.replaceAll(TIME, 'TIME'));
}

const FILLED: RangeProgress = {
  range: 0,
  epoch: 0,
  state: 'done',
  pass: 2,
  unfinished: 0,
  repositories: 10,
  tags: 30,
  lastName: 'last',
  errorCount: 0,
  faults: [],
  failure: undefined,
  updatedAtMs: 0,
};

const REPORT: ResyncReport = {
  epoch: 0,
  startedAtMs: 0,
  endedAtMs: 0,
  repositories: 10,
  errorCount: 0,
  added: 0,
  changed: 1,
  removed: 0,
  swept: 0,
  withheld: undefined,
  failure: undefined,
  requests: { lists: 1, gets: 1, reads: 1, writes: 1, readUnits: 1, writeUnits: 1 },
};
