import { beforeEach, describe, expect, test } from '@jest/globals';
import type { KubeObject } from '../../../src/kube/resource.ts';
import { secretRecheckMs } from '../../../src/operator/secret-recheck.ts';
import { readSecret } from '../../../src/operator/secrets.ts';
import { type FakeDeps, kubeClient, operatorDeps } from '../../support/operator/operator-deps.ts';
import { NOW_MS, type Resource, registryIndex } from '../../support/operator/resources.ts';

let nowMs: number;
let asked: number;
let live: KubeObject | undefined;
let deps: FakeDeps;

beforeEach(() => {
  nowMs = NOW_MS;
  asked = 0;
  live = holding('first');
  const get = async () => {
    asked += 1;
    return live;
  };
  deps = operatorDeps({ client: kubeClient({ get }), now: () => new Date(nowMs) });
});

function holding(value: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace: 'team', name: 'keys', resourceVersion: String(Math.random()) },
    data: { token: Buffer.from(value).toString('base64'), other: Buffer.from('unwanted').toString('base64') },
  };
}

const ready = (status: 'True' | 'False', { observedGeneration = 3, reason = 'R' } = {}): Resource => ({
  status: {
    conditions: [
      {
        type: 'Ready',
        status,
        reason,
        message: '',
        lastTransitionTime: '2026-03-01T11:00:00Z',
        observedGeneration,
      },
    ],
  },
});
const leaving: Resource = { metadata: { deletionTimestamp: '2026-03-01T12:00:00Z' } };
const read = (resource: Resource) =>
  readSecret(deps, registryIndex(resource), { name: 'keys', keys: ['token', 'constructor'] }, AbortSignal.any([]));

describe('a Secret', () => {
  test('is read for the entries that are wanted', async () => {
    expect(await read({})).toEqual({ name: 'keys', entries: { token: 'first' } });
  });

  test.each([
    ['is ready', ready('True')],
    ['waits for a service that does not answer', ready('False', { reason: 'EndpointUnreachable' })],
    ['is being filled', ready('False', { reason: 'Backfilling' })],
  ])('of a resource that %s is read the less often, the more resources there are', async (_what, resource) => {
    for (let other = 1; other < 1_000; other += 1) deps.state.of(`other-${other}`);
    await read(resource);
    live = holding('second');
    nowMs += 3_999_000;
    expect(await read(resource)).toMatchObject({ entries: { token: 'first' } });
    nowMs += 1_000;
    expect(await read(resource)).toMatchObject({ entries: { token: 'second' } });
    expect(asked).toBe(2);
  });

  test.each([
    ['is refused', ready('False', { reason: 'AccessDenied' })],
    ['has changed since', ready('True', { observedGeneration: 2 })],
    ['has no status yet', {}],
  ])('of a resource that %s is read each time', async (_what, resource) => {
    for (let other = 1; other < 1_000; other += 1) deps.state.of(`other-${other}`);
    await read(resource);
    live = holding('second');
    expect(await read(resource)).toMatchObject({ entries: { token: 'second' } });
  });

  test('that was deleted before its resource is used while this process remembers it', async () => {
    await read({});
    live = undefined;
    expect(await read({})).toBeUndefined();
    expect(await read(leaving)).toMatchObject({ entries: { token: 'first' } });
  });
});

describe('a missing Secret is looked for', () => {
  const seen = (generation: number, observedGeneration?: number) =>
    secretRecheckMs(
      deps,
      registryIndex({
        metadata: { generation },
        ...(observedGeneration === undefined ? {} : { status: { observedGeneration } }),
      }),
      { reason: 'SecretNotFound', message: '' },
    );

  test('every 5 s for two minutes after each change of the resource, then each minute', () => {
    expect(seen(1)).toBe(5_000);
    nowMs += 119_000;
    expect(seen(1, 1)).toBe(5_000);
    nowMs += 1_000;
    expect(seen(1, 1)).toBe(60_000);
    expect(seen(2, 1)).toBe(5_000);
    nowMs += 120_000;
    expect(seen(2, 2)).toBe(60_000);
  });

  test('each minute by an operator that starts later', () => {
    expect(seen(7, 7)).toBe(60_000);
  });
});
