import { describe, expect, test } from '@jest/globals';
import { falseCondition, trueCondition } from '../../../../src/api/conditions.ts';
import type { RegistryIndexStatus } from '../../../../src/api/generated.ts';
import { done, stalled } from '../../../../src/kube/outcome.ts';
import type { KubeObject } from '../../../../src/kube/resource.ts';
import { nextStatus, writeStatus } from '../../../../src/operator/status/status.ts';
import { kubeClient } from '../../../support/operator/operator-deps.ts';
import { registryIndex } from '../../../support/operator/resources.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 2, 1, 12, minute, 30, 500));
const healthy = [
  {
    conditions: [
      trueCondition('TablesReady', 'Active'),
      trueCondition('BackfillComplete', 'Complete'),
      trueCondition('SearchAvailable', 'Available'),
    ],
    status: { epoch: 1, repositories: 7 },
    outcome: done,
  },
];

function statusAfter(
  status: RegistryIndexStatus | undefined,
  results: Parameters<typeof nextStatus>[1],
  minute: number,
) {
  const index = registryIndex(status ? { status } : {});
  return nextStatus(index, results, { outcome: results[0]?.outcome ?? done, now: at(minute) });
}

const conditionOf = (status: RegistryIndexStatus, type: string) => status.conditions?.find((it) => it.type === type);

describe('the next status', () => {
  const first = statusAfter(undefined, healthy, 0);

  test('has conditions with time and generation, and the fields of the steps', () => {
    expect(first).toMatchObject({ observedGeneration: 3, epoch: 1, repositories: 7 });
    expect(conditionOf(first, 'Ready')).toEqual({
      type: 'Ready',
      status: 'True',
      reason: 'Ready',
      message: 'everything can be searched',
      lastTransitionTime: '2026-03-01T12:00:30Z',
      observedGeneration: 3,
    });
  });

  test('has texts from outside on one line, without control characters and credentials', () => {
    const said = 'no\u001b[2J\nright\u202e: Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/1';
    const told = statusAfter(
      undefined,
      [{ conditions: [falseCondition('TablesReady', 'Denied', said)], outcome: done }],
      0,
    );
    const messages = told.conditions?.map(({ message }) => message) ?? [];
    expect(conditionOf(told, 'TablesReady')?.message).toBe('no [2J right: Authorization: [hidden]');
    for (const message of messages) expect(message).not.toMatch(/[\p{Cc}\p{Cf}]|AKIA/u);
  });

  test('loses a field that a step no longer has', () => {
    const told = { ...first, notifications: { endpoint: 'http://images-indexer.team.svc:8080/notifications' } };
    const [step] = healthy;
    const next = statusAfter(
      told,
      [{ ...step, conditions: [], outcome: done, status: { notifications: undefined } }],
      0,
    );
    expect(next).not.toHaveProperty('notifications');
    expect(next).toMatchObject({ epoch: 1, repositories: 7 });
  });

  test('is equal if the steps find the same', () => {
    expect(statusAfter(first, healthy, 5)).toEqual(first);
  });

  test('changes the time of a condition only with its status', () => {
    const slower = statusAfter(
      first,
      [{ conditions: [trueCondition('TablesReady', 'Other', 'words')], outcome: done }],
      5,
    );
    expect(conditionOf(slower, 'TablesReady')).toMatchObject({
      reason: 'Other',
      lastTransitionTime: '2026-03-01T12:00:30Z',
    });
    const broken = statusAfter(first, [{ conditions: [falseCondition('TablesReady', 'Gone')], outcome: done }], 5);
    expect(conditionOf(broken, 'TablesReady')).toMatchObject({ lastTransitionTime: '2026-03-01T12:05:30Z' });
    expect(conditionOf(broken, 'Ready')).toMatchObject({ status: 'False', lastTransitionTime: '2026-03-01T12:05:30Z' });
    expect(conditionOf(broken, 'SearchAvailable')).toEqual(conditionOf(first, 'SearchAvailable'));
  });

  test('keeps conditions that no step sets, with the generation that they were observed for', () => {
    const index = registryIndex({ status: first, metadata: { generation: 4 } });
    const results = [{ conditions: [falseCondition('TablesReady', 'EndpointUnreachable')], outcome: done }];
    const next = nextStatus(index, results, { outcome: done, now: at(1) });
    expect(next).toMatchObject({ repositories: 7, observedGeneration: 4 });
    expect(conditionOf(next, 'BackfillComplete')).toMatchObject({ status: 'True', observedGeneration: 3 });
    expect(conditionOf(next, 'TablesReady')).toMatchObject({ observedGeneration: 4 });
  });

  test('says why a resource is invalid, though no step was taken', () => {
    const next = nextStatus(registryIndex(), [], { outcome: stalled('NotAllowed', 'mend it'), now: at(0) });
    expect(next.conditions?.map(({ type, status, reason }) => `${type}=${status}/${reason}`)).toEqual([
      'Ready=False/NotAllowed',
      'Reconciling=False/NotAllowed',
      'Stalled=True/NotAllowed',
    ]);
  });

  test('has a condition that is withdrawn no more', () => {
    const before = statusAfter(undefined, [{ conditions: [falseCondition('Fresh', 'Gap')], outcome: done }], 0);
    expect(conditionOf(before, 'Fresh')).toBeDefined();
    const after = statusAfter(before, [{ conditions: [], withdrawn: ['Fresh'], outcome: done }], 1);
    expect(conditionOf(after, 'Fresh')).toBeUndefined();
    expect(conditionOf(after, 'Ready')).toBeDefined();
  });

  test('cuts long messages', () => {
    const long = statusAfter(
      undefined,
      [{ conditions: [falseCondition('TablesReady', 'Long', 'x'.repeat(5_000))], outcome: done }],
      0,
    );
    expect(conditionOf(long, 'TablesReady')?.message).toHaveLength(1_024);
  });
});

describe('writing it', () => {
  function recording() {
    const written: KubeObject[] = [];
    const applyStatus = async (_type: unknown, object: KubeObject) => {
      written.push(object);
      return object;
    };
    return { written, deps: { client: kubeClient({ applyStatus }) } };
  }
  const signal = AbortSignal.any([]);

  test('an equal status is not written', async () => {
    const { written, deps } = recording();
    const status = statusAfter(undefined, healthy, 0);
    await writeStatus(deps, { index: registryIndex({ status }), status: statusAfter(status, healthy, 5) }, signal);
    expect(written).toEqual([]);
  });

  test('a different one is, for the resource of this uid and not for a later one of its name', async () => {
    const { written, deps } = recording();
    const status = statusAfter(undefined, healthy, 0);
    await writeStatus(deps, { index: registryIndex(), status }, signal);
    expect(written).toMatchObject([{ metadata: { name: 'images', namespace: 'team', uid: 'resource-uid' }, status }]);
  });
});
