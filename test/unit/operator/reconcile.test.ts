import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { RegistryIndexStatus } from '../../../src/api/generated.ts';
import { ABANDON_ANNOTATION, FINALIZER } from '../../../src/api/names.ts';
import { isRecord } from '../../../src/json/is-record.ts';
import type { KubeClient } from '../../../src/kube/client/client.ts';
import type { KubeObject } from '../../../src/kube/resource.ts';
import { StatusError } from '../../../src/kube/status-error.ts';
import { backfillJob } from '../../../src/operator/backfill/job.ts';
import { reconcile } from '../../../src/operator/reconcile.ts';
import { cacheOf, type FakeDeps, kubeClient, operatorDeps, services } from '../../support/operator/operator-deps.ts';
import { missing, NOW_MS, ownership, type Resource, registryIndex, table } from '../../support/operator/resources.ts';

const signal = AbortSignal.any([]);

/** What was done to the world, in order. */
let done: string[];
let statuses: RegistryIndexStatus[];
let nowMs: number;
let version: number;
let deps: FakeDeps;

beforeEach(() => {
  done = [];
  statuses = [];
  nowMs = NOW_MS;
  version = 0;
  Object.assign(present, { version: true, repository: true });
  deps = withClient({});
});

function withClient(verbs: Partial<KubeClient>): FakeDeps {
  const client = kubeClient({
    get: async () => undefined,
    patch: async (_type, _key, patch) => {
      done.push(`patch ${JSON.stringify(patch)}`);
      return child('RegistryIndex', 'images');
    },
    apply: async (type, object) => {
      done.push(`apply ${type.kind}`);
      return object;
    },
    applyStatus: async (_type, object) => {
      if (isRecord(object.status)) statuses.push(object.status);
      return object;
    },
    ...verbs,
  });
  const pool = { open: () => world(), close: () => undefined, closeAll: () => undefined };
  return operatorDeps({ client, pool, now: () => new Date(nowMs) });
}

/** Which of our tables are there. */
const present = { version: true, repository: true };

function world() {
  const { ranges } = services();
  return services({
    tables: {
      ...services().tables,
      describe: async (role) => (present[role] ? table(`${role}-1`) : missing),
      create: async (role) => {
        done.push(`create ${role}`);
        return `${role}-1`;
      },
      remove: async (role) => void done.push(`delete ${role}`),
    },
    ownership: {
      ...services().ownership,
      readToClaim: async () => ({ kind: 'ours', ownership: ownership({ complete: false, intent: 'none' }) }),
      update: async (_seen, { intent }) => void done.push(`intent ${intent}`),
    },
    ranges: { ...ranges, readPlan: async () => undefined },
  });
}

function child(kind: string, name: string): KubeObject {
  return { apiVersion: 'v1', kind, metadata: { namespace: 'team', name } };
}

/** A pass over a resource of which the cache has the newest version, unless `resource` says another one. */
const run = ({ metadata, ...rest }: Resource) =>
  reconcile(deps, registryIndex({ ...rest, metadata: { resourceVersion: String(++version), ...metadata } }), signal);
const conditionOf = (type: string) => statuses.at(-1)?.conditions?.find((it) => it.type === type);
const leaving = { deletionTimestamp: '2026-03-01T11:00:00Z', finalizers: ['other/finalizer', FINALIZER] };
const remembered: RegistryIndexStatus = { epoch: 4, tables: { repository: { name: 'r', identity: 'repository-1' } } };
const withoutFinalizer = expect.stringMatching(/^patch .*"finalizers":\["other\/finalizer"\]/);

describe('the finalizer', () => {
  test('is set before a table is created that is to be deleted with the resource', async () => {
    present.version = false;
    present.repository = false;
    await run({ spec: { deletionPolicy: 'Delete' } });
    expect(done).toEqual([
      `patch {"metadata":{"resourceVersion":"1","finalizers":["${FINALIZER}"]}}`,
      'create version',
    ]);
  });

  test('is not set on an invalid resource, which has no tables to wait for', async () => {
    deps = withClient({ get: async () => undefined });
    const spec = { deletionPolicy: 'Delete', credentials: { secretRef: { name: 'missing' } } } as const;
    expect(await run({ spec })).toMatchObject({ kind: 'stalled' });
    expect(done).toEqual([]);
  });

  test('no table is created if it cannot be set', async () => {
    deps = withClient({
      patch: async () => {
        throw new StatusError({
          status: 409,
          reason: 'Conflict',
          message: 'changed',
          causes: [],
          retryAfterMs: undefined,
        });
      },
    });
    await expect(run({ spec: { deletionPolicy: 'Delete' } })).rejects.toThrow('changed');
    expect(done).toEqual([]);
  });

  test('is removed when the policy becomes Retain', async () => {
    await run({ metadata: { finalizers: ['other/finalizer', FINALIZER] } });
    expect(done[0]).toEqual(withoutFinalizer);
  });
});

describe('a resource that is being deleted', () => {
  test('without our finalizer is left alone', async () => {
    expect(await run({ metadata: { ...leaving, finalizers: [] } })).toEqual({ kind: 'done' });
    expect({ done, statuses }).toEqual({ done: [], statuses: [] });
  });

  test('announces the deletion of its tables before anything is deleted', async () => {
    await run({ metadata: leaving, spec: { deletionPolicy: 'Delete' }, status: remembered });
    expect(done).toEqual(['intent deleting']);
    expect(conditionOf('TablesReady')).toMatchObject({ status: 'False', reason: 'Deleting' });
  });

  test('is released when no table is left, observed twice', async () => {
    Object.assign(present, { version: false, repository: false });
    const deleted = { metadata: leaving, spec: { deletionPolicy: 'Delete' }, status: remembered } as const;
    expect(await run(deleted)).toEqual({ kind: 'after', ms: 2_000 });
    expect(done).toEqual([]);
    nowMs += 2_000;
    expect(await run(deleted)).toEqual({ kind: 'done' });
    expect(done).toEqual([withoutFinalizer]);
  });

  test('whose policy was changed to Retain before that keeps its tables', async () => {
    await run({ metadata: leaving, spec: { deletionPolicy: 'Retain' }, status: remembered });
    expect(done).toEqual([withoutFinalizer]);
  });

  test('leaves its tables behind if a person says so, without needing credentials', async () => {
    const annotations = { [ABANDON_ANNOTATION]: 'true' };
    const spec = { deletionPolicy: 'Delete', credentials: { secretRef: { name: 'gone' } } } as const;
    await run({ metadata: { ...leaving, annotations }, spec, status: remembered });
    expect(done).toEqual([withoutFinalizer]);
  });

  test('is released at once if no table was ever created, whatever its credentials and endpoints are', async () => {
    const spec = { deletionPolicy: 'Delete', credentials: { secretRef: { name: 'never-made' } } } as const;
    await run({ metadata: leaving, spec, status: {} });
    expect(done).toEqual([withoutFinalizer]);
  });

  describe('with its namespace, whose Secret went first', () => {
    const spec = { deletionPolicy: 'Delete', credentials: { secretRef: { name: 'keys' } } } as const;
    const deleted = {
      metadata: { ...leaving, deletionTimestamp: new Date(NOW_MS).toISOString() },
      spec,
      status: remembered,
    };
    const keys = {
      ...child('Secret', 'keys'),
      data: { AWS_ACCESS_KEY_ID: btoa('id'), AWS_SECRET_ACCESS_KEY: btoa('key') },
    };
    const namespace = (deletionTimestamp?: string): KubeObject => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { namespace: '', name: 'team', ...(deletionTimestamp ? { deletionTimestamp } : {}) },
    });
    let secret: KubeObject | undefined;
    let isTerminating: boolean;

    beforeEach(() => {
      secret = keys;
      isTerminating = true;
      deps = withClient({
        get: async ({ kind }) => {
          if (kind === 'Namespace') return namespace(isTerminating ? leaving.deletionTimestamp : undefined);
          return kind === 'Secret' ? secret : undefined;
        },
      });
    });

    test('is deleted with its tables by a process that remembers the Secret', async () => {
      await run({ spec, status: remembered });
      secret = undefined;
      done = [];
      await run(deleted);
      expect(done).toEqual(['intent deleting']);
    });

    test('is let go after a minute by one that does not, and that is told of the namespace', async () => {
      secret = undefined;
      const left = await run(deleted);
      expect(left).toMatchObject({ kind: 'stalled', reason: 'SecretNotFound', recheckMs: 60_000 });
      expect(done).toEqual([]);
      nowMs += 60_000;
      expect(await run(deleted)).toEqual({ kind: 'done' });
      expect(done).toEqual([withoutFinalizer]);
      expect(deps.told.at(-1)).toMatchObject({
        reason: 'TablesReleased',
        note: expect.stringContaining('docker-registry-repository and docker-registry-version in eu-west-1'),
      });
    });

    test('waits for the Secret in a namespace that stays', async () => {
      secret = undefined;
      isTerminating = false;
      nowMs += 60 * 60_000;
      expect(await run(deleted)).toMatchObject({ kind: 'stalled', reason: 'SecretNotFound' });
      expect(done).toEqual([]);
    });
  });

  test('whose credentials are gone says how to leave its tables behind', async () => {
    deps = withClient({ get: async () => undefined });
    const spec = { deletionPolicy: 'Delete', credentials: { secretRef: { name: 'gone' } } } as const;
    const deleted = { metadata: leaving, spec, status: remembered };
    expect(await run(deleted)).toMatchObject({ kind: 'stalled', reason: 'SecretNotFound' });
    expect(conditionOf('Ready')?.message).toContain(`annotate the resource with ${ABANDON_ANNOTATION}=true`);
  });
});

describe('a Job of the backfill without pods', () => {
  const { metadata } = backfillJob(registryIndex(), 4, {
    image: { name: 'registry-index:test', pullPolicy: undefined },
    secret: undefined,
    versionKey: undefined,
  });
  const status = (active: number) => ({ startTime: new Date(NOW_MS).toISOString(), active });
  const jobWith = (active: number): KubeObject => ({
    ...child('Job', metadata.name),
    metadata: { ...metadata, uid: 'job-1' },
    status: status(active),
  });
  let asked: number;

  function withJob(job: KubeObject, deletionTimestamp?: string): void {
    asked = 0;
    const seen = withClient({
      get: async ({ kind }) => {
        if (kind !== 'Namespace') return undefined;
        asked += 1;
        const namespace = child('Namespace', 'team');
        return {
          ...namespace,
          metadata: { ...namespace.metadata, ...(deletionTimestamp ? { deletionTimestamp } : {}) },
        };
      },
      remove: async ({ kind }, _key, { uid }) => void done.push(`remove ${kind} ${uid}`),
    });
    deps = { ...seen, caches: { ...seen.caches, jobs: cacheOf([job]) } };
  }

  const suspend = { spec: { suspend: true } } as const;
  const invalid = { spec: { credentials: { secretRef: { name: 'missing' } } } } as const;

  test.each<[string, Resource]>([
    ['a resource', { status: remembered }],
    ['one that is suspended', suspend],
    ['one whose Secret is gone', invalid],
  ])('of %s is removed when its namespace is being deleted, which waits for its last pod', async (_, resource) => {
    withJob(jobWith(0), leaving.deletionTimestamp);
    await run(resource);
    expect(done).toContain('remove Job job-1');
  });

  test('stays in a namespace that stays', async () => {
    withJob(jobWith(0));
    await run(suspend);
    expect({ done, asked }).toEqual({ done: [], asked: 1 });
  });

  test('is what the namespace is read for: not while there are pods', async () => {
    withJob(jobWith(1), leaving.deletionTimestamp);
    await run(suspend);
    expect({ done, asked }).toEqual({ done: [], asked: 0 });
  });

  test('stays where the operator may not read namespaces', async () => {
    withJob(jobWith(0));
    const get = async () => {
      throw new StatusError({ status: 403, reason: 'Forbidden', message: 'no', causes: [], retryAfterMs: undefined });
    };
    deps = { ...deps, client: { ...deps.client, get } };
    expect(await run(suspend)).toEqual({ kind: 'done' });
    expect(done).toEqual([]);
  });
});

describe('credentials', () => {
  const spec = { credentials: { secretRef: { name: 'keys' } } };
  const secretOf = (entries: Record<string, string>): KubeObject => ({
    ...child('Secret', 'keys'),
    data: Object.fromEntries(
      Object.entries(entries).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
    ),
  });

  test('of a Secret are read from the namespace of the resource', async () => {
    const asked: object[] = [];
    deps = withClient({
      get: async ({ kind }, key) => {
        if (kind !== 'Secret') return undefined;
        asked.push(key);
        return secretOf({ AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret\n' });
      },
    });
    await run({ spec, status: remembered });
    expect(asked).toEqual([{ namespace: 'team', name: 'keys' }]);
    expect(conditionOf('TablesReady')).toMatchObject({ status: 'True' });
  });

  test('a Secret without the entries is refused, and nothing of its content is shown', async () => {
    deps = withClient({ get: async () => secretOf({ AWS_ACCESS_KEY_ID: 'very-secret-id' }) });
    await run({ spec });
    expect(conditionOf('Ready')).toMatchObject({
      reason: 'SecretIncomplete',
      message: 'Secret keys, which credentials names, must hold AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
    });
    expect(JSON.stringify([statuses, deps.told])).not.toContain('very-secret');
  });

  test('a Secret that the operator may not read is a condition, and is retried', async () => {
    deps = withClient({
      get: async () => {
        throw new StatusError({
          status: 403,
          reason: 'Forbidden',
          message: 'secrets "keys" is forbidden',
          causes: [],
          retryAfterMs: undefined,
        });
      },
    });
    expect(await run({ spec })).toMatchObject({ kind: 'retry' });
    expect(conditionOf('TablesReady')).toMatchObject({
      reason: 'ApiServerRefused',
      message: 'secrets "keys" is forbidden',
    });
  });
});

test('a reconciliation waits until the cache shows the last status that was written', async () => {
  await run({ metadata: { resourceVersion: '7' } });
  done = [];
  expect(await run({ metadata: { resourceVersion: '7' } })).toEqual({ kind: 'after', ms: 50 });
  expect(done).toEqual([]);
  await run({ metadata: { resourceVersion: '8' } });
  expect(done).not.toEqual([]);
});

describe('children', () => {
  test('no Job is started for an epoch that the status does not have yet', async () => {
    expect(await run({})).toEqual({ kind: 'after', ms: 200 });
    expect(done).toEqual(['apply Deployment', 'apply Service']);
    expect(statuses.at(-1)).toMatchObject({ epoch: 4 });
    await run({ status: statuses.at(-1) ?? {} });
    expect(done).toContain('apply Job');
  });

  test('the tables are checked regularly even while no search pod is ready', async () => {
    const outcome = await run({ status: remembered });
    expect(outcome.kind === 'after' && outcome.ms).toBeLessThanOrEqual(30_000);
  });
});

describe('a resource that is suspended', () => {
  const suspended = { spec: { suspend: true } } as const;

  test('is left as it is, with a condition that says so', async () => {
    expect(await run(suspended)).toEqual({ kind: 'done' });
    expect(done).toEqual([]);
    expect(conditionOf('Reconciling')).toMatchObject({ status: 'False', reason: 'Suspended' });
    expect(conditionOf('Stalled')).toMatchObject({ status: 'False' });
  });

  test.each(['True', 'False'] as const)('whose Ready was %s keeps it', async (status) => {
    const ready = {
      type: 'Ready',
      status,
      reason: 'AsItWas',
      message: 'seen before',
      lastTransitionTime: '2026-03-01T11:00:00Z',
      observedGeneration: 2,
    };
    await run({ ...suspended, status: { conditions: [ready] } });
    expect(conditionOf('Ready')).toEqual(ready);
  });

  test('and then deleted is deleted with its tables', async () => {
    const spec = { suspend: true, deletionPolicy: 'Delete' } as const;
    await run({ metadata: leaving, spec, status: remembered });
    expect(done).toEqual(['intent deleting']);
  });
});

describe('a service that never answers', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  const deaf = () => new Promise<never>(() => undefined);

  test('is named in a condition after a while, and the step of search is taken', async () => {
    const silent = services({ tables: { ...services().tables, describe: deaf } });
    deps = { ...deps, pool: { open: () => silent, close: () => undefined, closeAll: () => undefined } };
    const running = run({ status: remembered });
    await jest.advanceTimersByTimeAsync(10_001);
    expect(await running).toMatchObject({ kind: 'retry' });
    expect(conditionOf('TablesReady')).toMatchObject({
      status: 'False',
      reason: 'TimedOut',
      message: 'DynamoDB in eu-west-1 did not answer everything about the tables within 10 s; it is tried again',
    });
    expect(done).toEqual(['apply Deployment', 'apply Service']);
  });

  test('does not keep the condition of a resource that is being deleted from saying why it stays', async () => {
    const silent = services({ tables: { ...services().tables, describe: deaf } });
    deps = { ...deps, pool: { open: () => silent, close: () => undefined, closeAll: () => undefined } };
    const running = run({ metadata: leaving, spec: { deletionPolicy: 'Delete' }, status: remembered });
    await jest.advanceTimersByTimeAsync(10_001);
    expect(await running).toMatchObject({ kind: 'retry' });
    expect(conditionOf('TablesReady')).toMatchObject({ reason: 'TimedOut' });
  });

  test('is no reason that an aborted reconciliation would report', async () => {
    const stop = new AbortController();
    const silent = services({ tables: { ...services().tables, describe: deaf } });
    deps = { ...deps, pool: { open: () => silent, close: () => undefined, closeAll: () => undefined } };
    const running = reconcile(deps, registryIndex({ status: remembered }), stop.signal);
    await jest.advanceTimersByTimeAsync(1_000);
    stop.abort();
    await jest.advanceTimersByTimeAsync(1);
    expect(await running).toMatchObject({ kind: 'retry' });
    expect(conditionOf('TablesReady')?.reason).not.toBe('TimedOut');
  });
});
