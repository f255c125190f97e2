import { beforeEach, describe, expect, test } from '@jest/globals';
import { CONFIRM_ANNOTATION, labelsOf, RESYNC_ANNOTATION } from '../../../../src/api/names.ts';
import { settingsOf } from '../../../../src/api/settings.ts';
import type { ResyncReport } from '../../../../src/dynamodb/state/resync-report.ts';
import type { KubeObject, OwnerReference } from '../../../../src/kube/resource.ts';
import { StatusError } from '../../../../src/kube/status-error.ts';
import { ownedBy } from '../../../../src/operator/kube-objects/children.ts';
import { suspendResync } from '../../../../src/operator/resync/cron-job.ts';
import { ensureResync } from '../../../../src/operator/resync/ensure-resync.ts';
import {
  cacheOf,
  type FakeDeps,
  kubeClient,
  noPodSecrets,
  operatorDeps,
  services,
} from '../../../support/operator/operator-deps.ts';
import { NOW_MS, OWNER, ownership, type Resource, registryIndex } from '../../../support/operator/resources.ts';

const signal = AbortSignal.any([]);
const MINUTE_MS = 60_000;

const report: ResyncReport = {
  epoch: 4,
  startedAtMs: NOW_MS - 2 * MINUTE_MS,
  endedAtMs: NOW_MS - MINUTE_MS,
  repositories: 100,
  added: 1,
  changed: 2,
  removed: 3,
  swept: 0,
  errorCount: 0,
  withheld: undefined,
  failure: undefined,
  requests: { lists: 10, gets: 4, reads: 8, writes: 6, readUnits: 7.5, writeUnits: 6 },
};
const ENDED_AT = '2026-03-01T11:59:00Z';
const withheld = { gone: 30, of: 100, confirmation: 'abc' };

let made: KubeObject[];
let jobs: KubeObject[];
let deps: FakeDeps;
let last: ResyncReport | undefined;
let refusal: StatusError | undefined;

beforeEach(() => {
  made = [];
  jobs = [];
  last = undefined;
  refusal = undefined;
  const client = kubeClient({
    get: async () => undefined,
    apply: async (_type, object) => {
      if (refusal && object.kind === 'CronJob') throw refusal;
      made.push(object);
      return object;
    },
  });
  deps = operatorDeps({ client });
});

async function ensure(resource: Resource = {}, indexer?: Parameters<typeof ensureResync>[1]) {
  const index = registryIndex(resource);
  const caches = { ...deps.caches, jobs: cacheOf(jobs) };
  const context = {
    deps: { ...deps, caches },
    index,
    settings: settingsOf(index.spec),
    services: services({ resyncs: { read: async () => last } }),
    podSecrets: noPodSecrets,
    ownership: ownership(),
    signal,
  };
  return ensureResync(context, indexer);
}

/** A Job of resyncs as the cache has it, which has ended when `condition` says so. */
function job(condition?: 'Complete' | 'Failed', endedAtMs = NOW_MS): KubeObject {
  const { namespace, name } = OWNER;
  const ended = { type: condition, status: 'True', lastTransitionTime: new Date(endedAtMs).toISOString() };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      namespace,
      name: 'images-resync-1',
      labels: labelsOf(name, 'resync'),
      ownerReferences: ownedBy(registryIndex()),
    },
    status: { conditions: condition ? [ended] : [] },
  };
}

const kinds = () => made.map(({ kind }) => kind);
const annotated = (annotations: Record<string, string>, status: Resource['status'] = {}) => {
  return { metadata: { annotations }, status };
};

describe('the CronJob', () => {
  test('is created, and nothing else without a reason', async () => {
    expect(await ensure()).toMatchObject({ outcome: { kind: 'done' } });
    expect(kinds()).toEqual(['CronJob']);
  });

  test("that the API server refuses is a degradation in the server's words, and the other steps go on", async () => {
    const causes = ['spec.schedule: Invalid value: "99 * * * *": end of range (99) above maximum (59): 99'];
    refusal = new StatusError({ status: 422, reason: 'Invalid', message: 'm', causes, retryAfterMs: undefined });
    const found = await ensure(annotated({ [RESYNC_ANNOTATION]: 'now' }));
    expect(found.degradation).toMatchObject({
      reason: 'ScheduleInvalid',
      message: expect.stringContaining('above maximum'),
    });
    expect(kinds()).toEqual(['Job']);
  });

  test('is suspended while the resource is', async () => {
    const patches: unknown[] = [];
    const client = kubeClient({
      patch: async (_type, _key, patch) => {
        patches.push(patch);
        return job();
      },
    });
    const metadata = { namespace: OWNER.namespace, name: 'images-resync', ownerReferences: ownedBy(registryIndex()) };
    for (const suspend of [false, true]) {
      const cronJobs = cacheOf([{ apiVersion: 'batch/v1', kind: 'CronJob', metadata, spec: { suspend } }]);
      await suspendResync({ client, caches: { ...deps.caches, cronJobs } }, registryIndex(), signal);
    }
    await suspendResync({ client, caches: deps.caches }, registryIndex(), signal);
    expect(patches).toEqual([{ metadata: {}, spec: { suspend: true } }]);
  });

  test('of another owner is not suspended with it', async () => {
    const metadata = { namespace: OWNER.namespace, name: 'images-resync', labels: labelsOf(OWNER.name, 'resync') };
    const cronJobs = cacheOf([{ apiVersion: 'batch/v1', kind: 'CronJob', metadata, spec: { suspend: false } }]);
    const caches = { ...deps.caches, cronJobs };
    await expect(suspendResync({ client: kubeClient({}), caches }, registryIndex(), signal)).resolves.toMatchObject({
      outcome: { kind: 'done' },
    });
  });
});

describe('a Job with the labels of a resync', () => {
  const asked = annotated({ [RESYNC_ANNOTATION]: 'now' });
  const cronJob = (ownerReferences: OwnerReference[]): KubeObject => ({
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { namespace: OWNER.namespace, name: 'images-resync', uid: 'cron-job', ownerReferences },
  });
  const made = { apiVersion: 'batch/v1', kind: 'CronJob', name: 'images-resync', uid: 'cron-job', controller: true };
  const madeByCronJob = (): KubeObject => ({ ...job(), metadata: { ...job().metadata, ownerReferences: [made] } });

  test('that our CronJob has created is one', async () => {
    jobs = [madeByCronJob()];
    deps = { ...deps, caches: { ...deps.caches, cronJobs: cacheOf([cronJob(ownedBy(registryIndex()))]) } };
    expect(await ensure(asked)).toMatchObject({ outcome: { kind: 'after' } });
  });

  test.each<{ of: string; theirs: () => KubeObject }>([
    { of: 'nobody', theirs: () => ({ ...job(), metadata: { ...job().metadata, ownerReferences: [] } }) },
    { of: 'a CronJob that is not ours', theirs: madeByCronJob },
    {
      of: 'an earlier resource of this name',
      theirs: () => {
        const ownerReferences = ownedBy(registryIndex({ metadata: { uid: 'earlier' } }));
        return { ...job('Failed'), metadata: { ...job().metadata, ownerReferences } };
      },
    },
  ])('of $of neither holds up another nor is told as failed', async ({ theirs }) => {
    jobs = [theirs()];
    const found = await ensure(asked);
    expect(found).toMatchObject({ status: { handledResync: 'now' } });
    expect(found.degradation).toBeUndefined();
  });
});

describe('the annotation', () => {
  test('starts a Job, and is recorded as handled', async () => {
    expect(await ensure(annotated({ [RESYNC_ANNOTATION]: 'now' }))).toMatchObject({ status: { handledResync: 'now' } });
    expect(kinds()).toEqual(['CronJob', 'Job']);
    expect(deps.told).toMatchObject([{ reason: 'ResyncStarted', note: expect.stringContaining('now') }]);
  });

  test('of a value that was handled starts none', async () => {
    await ensure(annotated({ [RESYNC_ANNOTATION]: 'now' }, { handledResync: 'now' }));
    expect(kinds()).toEqual(['CronJob']);
  });

  test('waits for a resync that is running, not for one that has ended', async () => {
    jobs = [job()];
    expect(await ensure(annotated({ [RESYNC_ANNOTATION]: 'now' }))).toMatchObject({ outcome: { kind: 'after' } });
    expect(kinds()).toEqual(['CronJob']);
    jobs = [job('Complete')];
    await ensure(annotated({ [RESYNC_ANNOTATION]: 'now' }));
    expect(kinds()).toEqual(['CronJob', 'CronJob', 'Job']);
  });
});

describe('a gap in the events', () => {
  const notifications = { endpoint: 'http://images-indexer', lastEventTime: '2026-03-01T11:00:00Z' };
  const gapOf = (closed: number) => {
    const gap = { gaps: [{ reason: 'IndexerDied' as const, number: closed + 1, count: 1, atMs: NOW_MS }], closed };
    return { gap, status: { notifications } };
  };
  const at = (minutes: number) => {
    deps = { ...deps, now: () => new Date(NOW_MS + minutes * MINUTE_MS) };
  };

  test('starts one Job a minute after it was seen, which the status and an event say', async () => {
    expect(await ensure({}, gapOf(3))).toMatchObject({ outcome: { kind: 'after', ms: MINUTE_MS } });
    at(0.9);
    await ensure({}, gapOf(3));
    expect(kinds()).toEqual(['CronJob', 'CronJob']);
    at(1);
    const { status } = await ensure({}, gapOf(3));
    expect(status).toMatchObject({ notifications: { ...notifications, lastGapResyncTime: '2026-03-01T12:01:00Z' } });
    expect(kinds().filter((kind) => kind === 'Job')).toHaveLength(1);
    expect(deps.told).toMatchObject([{ reason: 'ResyncStarted', note: expect.stringContaining('Fresh') }]);
  });

  test('starts none within an hour of another one, and one after that', async () => {
    const status = { notifications: { ...notifications, lastGapResyncTime: '2026-03-01T11:30:00Z' } };
    expect(await ensure({ status }, gapOf(3))).toMatchObject({ outcome: { kind: 'after', ms: 30 * MINUTE_MS } });
    at(29);
    await ensure({ status }, gapOf(3));
    expect(kinds()).not.toContain('Job');
    at(30);
    await ensure({ status }, gapOf(3));
    expect(kinds()).toContain('Job');
  });

  test('is waited for anew when another one was closed meanwhile', async () => {
    await ensure({}, gapOf(3));
    at(5);
    expect(await ensure({}, gapOf(4))).toMatchObject({ outcome: { kind: 'after', ms: MINUTE_MS } });
    expect(kinds()).not.toContain('Job');
  });

  test('starts none where that is not wanted', async () => {
    const spec = { notifications: { tokenSecretRef: { name: 'a', key: 'b' }, resyncOnGap: false } };
    await ensure({ spec }, gapOf(3));
    at(5);
    expect(await ensure({ spec }, gapOf(3))).toMatchObject({ outcome: { kind: 'done' } });
    expect(kinds()).not.toContain('Job');
  });

  test('has a Job of the same name when the status could not be written, and another one the next time', async () => {
    await ensure({}, gapOf(3));
    at(1);
    await ensure({}, gapOf(3));
    await ensure({}, gapOf(3));
    at(61);
    await ensure({ status: { notifications: { lastGapResyncTime: '2026-03-01T12:01:00Z' } } }, gapOf(3));
    const names = made.filter(({ kind }) => kind === 'Job').map(({ metadata }) => metadata.name);
    expect(names).toHaveLength(3);
    expect(new Set(names).size).toBe(2);
  });
});

test('a request that waits for a Job whose pods do not start names that Job', async () => {
  const startTime = new Date(NOW_MS - 10 * MINUTE_MS).toISOString();
  jobs = [{ ...job(), status: { startTime, ready: 0 } }];
  expect((await ensure()).degradation).toBeUndefined();
  expect((await ensure(annotated({ [RESYNC_ANNOTATION]: 'now' }))).degradation).toMatchObject({
    reason: 'WaitingForPods',
    message: expect.stringContaining('kubectl describe job images-resync-1'),
  });
});

describe('what a resync leaves behind', () => {
  test('is in the status, and one event', async () => {
    last = report;
    const { status, degradation } = await ensure();
    expect(degradation).toBeUndefined();
    expect(status).toEqual({
      lastResyncTime: ENDED_AT,
      resync: {
        startedAt: '2026-03-01T11:58:00Z',
        endedAt: ENDED_AT,
        repositories: 100,
        added: 1,
        changed: 2,
        removed: 3,
        swept: 0,
        errorCount: 0,
        requests: { lists: 10, gets: 4, reads: 8, writes: 6, readUnits: 8, writeUnits: 6 },
      },
    });
    expect(deps.told).toMatchObject([{ type: 'Normal', reason: 'Resynced', note: expect.stringContaining('1 added') }]);
    await ensure({ status: JSON.parse(JSON.stringify(status ?? {})) });
    expect(deps.told).toHaveLength(1);
  });

  test('counts what was skipped, the records of an older version that were re-read, and their cost', async () => {
    const faults = [{ kind: 'Missing', key: 'app@sha256:a', reason: 'the manifest is missing' }] as const;
    const requests = { ...report.requests, rereadGets: 14 };
    last = { ...report, errorCount: 8, faultCounts: { Foreign: 7, Missing: 1 }, faults, reread: 7, requests };
    const { status } = await ensure();
    expect(status?.resync).toMatchObject({
      errorCount: 8,
      harmfulCount: 1,
      errorsByKind: { Foreign: 7, Missing: 1 },
      errors: faults,
      reread: 7,
      requests: { rereadGets: 14 },
    });
    const note = expect.stringContaining('re-read 7 records of an older version by 14 GET');
    expect(deps.told).toMatchObject([{ reason: 'Resynced', note }]);
  });

  test('is a degradation when much was gone, with the annotation that confirms it', async () => {
    last = { ...report, withheld };
    const { degradation, status } = await ensure();
    expect(degradation).toEqual({
      reason: 'MassDeletion',
      message: expect.stringMatching(/^30 of 100 repositories are gone .*confirm-deletion=abc$/),
    });
    expect(status).toMatchObject({ lastResyncTime: ENDED_AT, resync: { gone: 30, confirmation: 'abc' } });
    expect(deps.told).toMatchObject([{ type: 'Warning', reason: 'MassDeletion' }]);
  });

  test('is no longer withheld once it was confirmed', async () => {
    last = { ...report, withheld };
    const asked = { [CONFIRM_ANNOTATION]: 'abc' };
    expect(await ensure(annotated(asked))).toMatchObject({ status: { handledConfirmation: ENDED_AT } });
    expect(JSON.stringify(made.at(-1)?.spec)).toContain('--confirm-deletion=abc');
    await ensure(annotated(asked, { handledConfirmation: ENDED_AT }));
    expect(kinds()).toEqual(['CronJob', 'Job', 'CronJob']);
  });

  test('of an earlier epoch is no degradation', async () => {
    last = { ...report, epoch: 3, withheld };
    expect((await ensure()).degradation).toBeUndefined();
  });

  test('is a degradation if it failed, and the time of the last complete one stays', async () => {
    last = { ...report, failure: { reason: 'AccessDenied', message: 'bucket b refuses access' } };
    const { degradation, status } = await ensure();
    expect(degradation).toEqual({ reason: 'AccessDenied', message: 'resync: bucket b refuses access' });
    expect(status).not.toHaveProperty('lastResyncTime');
    expect(deps.told).toMatchObject([{ type: 'Warning', reason: 'ResyncFailed' }]);
  });

  test('is a degradation if its Job failed without a report, until a later one completes', async () => {
    last = report;
    jobs = [job('Failed')];
    expect((await ensure()).degradation).toMatchObject({
      reason: 'ResyncFailed',
      message: expect.stringContaining('images-resync-1'),
    });
    last = { ...report, endedAtMs: NOW_MS + 1_000 };
    expect((await ensure()).degradation).toBeUndefined();
  });
});
