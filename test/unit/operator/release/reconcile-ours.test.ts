import { beforeEach, describe, expect, test } from '@jest/globals';
import { isRecord } from '../../../../src/json/is-record.ts';
import { microTime } from '../../../../src/kube/lease/lease-record.ts';
import type { KubeObject, ObjectKey } from '../../../../src/kube/resource.ts';
import { StatusError } from '../../../../src/kube/status-error.ts';
import { createOtherReleases } from '../../../../src/operator/release/other-releases.ts';
import { reconcileOurs } from '../../../../src/operator/release/reconcile-ours.ts';
import { kubeClient, operatorDeps } from '../../../support/operator/operator-deps.ts';
import { NOW_MS, registryIndex } from '../../../support/operator/resources.ts';

const OURS = 'tools/registry-index';
const THEIRS = 'team-b/search';

let nowMs: number;
let looks: ObjectKey[];
/** When the other release renewed its Lease last; undefined if it has none. */
let renewedMs: number | undefined;
let refusal: StatusError | undefined;
let written: KubeObject[];
let deps: Parameters<typeof reconcileOurs>[0];

beforeEach(() => {
  nowMs = NOW_MS;
  looks = [];
  renewedMs = NOW_MS;
  refusal = undefined;
  written = [];
  const client = kubeClient({
    get: async (_type, key) => {
      looks.push(key);
      if (refusal) throw refusal;
      return renewedMs === undefined ? undefined : lease(renewedMs);
    },
    applyStatus: async (_type, object) => {
      written.push(object);
      return object;
    },
  });
  const now = () => new Date(nowMs);
  deps = { ...operatorDeps({ client, now }), release: OURS, otherReleases: createOtherReleases({ client, now }) };
});

function lease(renewed: number): KubeObject {
  const spec = { holderIdentity: 'a-pod', renewTime: microTime(renewed) };
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { namespace: 'team-b', name: 'search' },
    spec,
  };
}

/** Suspended, so that the least is done about it when it is ours. */
const run = (release?: string, uid = 'resource-uid') =>
  reconcileOurs(
    deps,
    registryIndex({
      spec: { suspend: true },
      metadata: { uid },
      status: { epoch: 4, ...(release ? { release } : {}) },
    }),
    AbortSignal.any([]),
  );
const statusesOf = () => written.map(({ status }) => (isRecord(status) ? status : {}));

describe('a resource', () => {
  test('of nobody is claimed before anything is done about it, only while it is as it was read', async () => {
    expect(await run()).toEqual({ kind: 'after', ms: 50 });
    expect(written.map(({ metadata }) => metadata)).toEqual([expect.objectContaining({ resourceVersion: '7' })]);
    expect(statusesOf()).toEqual([
      {
        epoch: 4,
        release: OURS,
        conditions: [expect.objectContaining({ type: 'Claimed', message: `release ${OURS} looks after it` })],
      },
    ]);
  });

  test('of ours is reconciled', async () => {
    expect(await run(OURS)).toEqual({ kind: 'done' });
    expect(looks).toEqual([]);
  });

  test('of another release is left alone, and all of a release cost one look each half minute', async () => {
    for (let at = 0; at < 100; at += 1) expect(await run(THEIRS, `uid-${at}`)).toEqual({ kind: 'after', ms: 60_000 });
    expect(looks).toEqual([{ namespace: 'team-b', name: 'search' }]);
    nowMs += 30_000;
    await run(THEIRS);
    expect(looks).toHaveLength(2);
    expect(written).toEqual([]);
  });

  test.each([
    ['has no Lease any more', () => (renewedMs = undefined)],
    ['has not renewed its Lease for two minutes', () => (nowMs += 120_000)],
  ])('of a release that %s is taken over', async (_what, change) => {
    change();
    await run(THEIRS);
    expect(statusesOf()).toMatchObject([{ release: OURS }]);
  });

  test('of a release whose Lease may not be read is left alone', async () => {
    refusal = new StatusError({ status: 403, reason: 'Forbidden', message: 'no', causes: [], retryAfterMs: undefined });
    expect(await run(THEIRS)).toEqual({ kind: 'after', ms: 60_000 });
    expect(written).toEqual([]);
  });

  test.each(['nonsense', '/', 'a/../b', 'UPPER/case', 'a/'])(
    'that names %p, which is no release, is claimed',
    async (name) => {
      await run(name);
      expect(looks).toEqual([]);
      expect(statusesOf()).toMatchObject([{ release: OURS }]);
    },
  );
});
