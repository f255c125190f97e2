import { describe, expect, test } from '@jest/globals';
import type { RegistryIndexSpec, RegistryIndexStatus } from '../../../../src/api/generated.ts';
import { settingsOf } from '../../../../src/api/settings.ts';
import { type EventReport, NOTHING_REPORTED } from '../../../../src/dynamodb/state/event-report.ts';
import type { KubeObject } from '../../../../src/kube/resource.ts';
import { ensureIndexer } from '../../../../src/operator/indexer-service/ensure-indexer.ts';
import { indexerDeployment, indexerService } from '../../../../src/operator/indexer-service/manifests.ts';
import { cacheOf, kubeClient, noPodSecrets, operatorDeps, services } from '../../../support/operator/operator-deps.ts';
import { NOW_MS, registryIndex } from '../../../support/operator/resources.ts';

const TOKEN = { name: 'registry-token', key: 'token' };
const RUNTIME = { image: { name: 'registry-index:test', pullPolicy: undefined }, secret: undefined, variables: [] };

interface World {
  readonly spec?: Partial<RegistryIndexSpec>;
  readonly status?: RegistryIndexStatus;
  /** Values of the Secret of the token. */
  readonly secret?: Record<string, string> | undefined;
  readonly live?: readonly KubeObject[];
  readonly report?: EventReport;
}

/** Pods of the Deployment are ready as soon as it is applied. */
async function ensure({ spec, status, secret, live = [], report }: World) {
  const index = registryIndex({ spec: { ...spec }, ...(status ? { status } : {}) });
  const applied: KubeObject[] = [];
  const removed: string[] = [];
  const data = secret && Object.fromEntries(Object.entries(secret).map(([key, value]) => [key, btoa(value)]));
  const metadata = { namespace: 'team', name: TOKEN.name, uid: 'secret-uid', resourceVersion: '1' };
  const deps = operatorDeps({
    client: kubeClient({
      get: async (type) =>
        type.kind === 'Secret' && data ? { apiVersion: 'v1', kind: 'Secret', metadata, data } : undefined,
      apply: async (_type, object) => {
        applied.push(object);
        return { ...object, status: { availableReplicas: 2 } };
      },
      remove: async ({ kind }, { name }) => void removed.push(`${kind} ${name}`),
    }),
    caches: {
      ...operatorDeps().caches,
      deployments: cacheOf(live.filter(({ kind }) => kind === 'Deployment')),
      services: cacheOf(live.filter(({ kind }) => kind === 'Service')),
    },
  });
  const result = await ensureIndexer({
    ...{ deps, index, settings: settingsOf(index.spec), podSecrets: noPodSecrets },
    services: services({ events: { read: async () => report } }),
    signal: AbortSignal.any([]),
  });
  return { applied, removed, result, fresh: result.conditions.map(({ status, reason }) => `${status} ${reason}`) };
}

const eventsAt = (times: Partial<EventReport>): EventReport => ({ ...NOTHING_REPORTED, ...times });

const wanted = { notifications: { tokenSecretRef: TOKEN } };

describe('the indexer of a resource', () => {
  test('is made where notifications are wanted, with the token by reference alone', async () => {
    const { applied, result } = await ensure({ spec: wanted, secret: { token: 'secret-value' } });
    expect(applied.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'Deployment images-indexer',
      'Service images-indexer',
    ]);
    expect(JSON.stringify(applied)).not.toContain('secret-value');
    expect(applied[0]).toMatchObject({
      spec: {
        replicas: 2,
        template: {
          spec: {
            containers: [
              {
                args: ['indexer', '--pulls=Ignore'],
                env: expect.arrayContaining([
                  { name: 'REGISTRY_INDEX_NOTIFICATIONS_TOKEN', valueFrom: { secretKeyRef: TOKEN } },
                ]),
              },
            ],
          },
        },
      },
    });
    expect(result.status).toEqual({
      notifications: { endpoint: 'http://images-indexer.team.svc:8080/notifications' },
    });
  });

  test.each<[string, Record<string, string> | undefined]>([
    ['False SecretNotFound', undefined],
    ['False SecretIncomplete', { other: 'x' }],
    ['False SecretIncomplete', { token: '' }],
  ])('is left as it is, and the condition says %s, where the Secret does not do', async (expected, secret) => {
    const { applied, removed, fresh } = await ensure({ spec: wanted, secret });
    expect([applied, removed, fresh]).toEqual([[], [], [expected]]);
  });

  test.each<[string, EventReport | undefined]>([
    ['False NothingReceivedYet', undefined],
    ['True Receiving', eventsAt({ eventAtMs: NOW_MS })],
    ['True Receiving', eventsAt({ eventAtMs: NOW_MS, rejectedAtMs: NOW_MS - 1 })],
    ['False CredentialsRejected', eventsAt({ eventAtMs: NOW_MS - 1, rejectedAtMs: NOW_MS })],
    ['False CredentialsRejected', eventsAt({ rejectedAtMs: NOW_MS })],
  ])('is told of as %s', async (expected, report) => {
    const { fresh } = await ensure({ spec: wanted, secret: { token: 'x' }, ...(report ? { report } : {}) });
    expect(fresh).toEqual([expected]);
  });

  test.each<[string, Partial<EventReport>]>([
    ['False QueueUnreachable', { queueReachedAtMs: NOW_MS - 1, queueFailedAtMs: NOW_MS }],
    ['True Receiving', { queueReachedAtMs: NOW_MS, queueFailedAtMs: NOW_MS - 1 }],
  ])('is told of as %s where it reads a queue', async (expected, times) => {
    const sqs = { queueURL: 'https://sqs.eu-west-1.amazonaws.com/1/events' };
    const report = eventsAt({ eventAtMs: NOW_MS, queueProblem: 'queue events does not exist', ...times });
    expect((await ensure({ spec: { notifications: { sqs } }, report })).fresh).toEqual([expected]);
    const { fresh } = await ensure({ spec: wanted, secret: { token: 'x' }, report });
    expect(fresh).toEqual(['True Receiving']);
  });

  test('says when the last event came', async () => {
    const report = eventsAt({ eventAtMs: NOW_MS });
    const { result } = await ensure({ spec: wanted, secret: { token: 'x' }, report });
    expect(result.status).toMatchObject({ notifications: { lastEventTime: '2026-03-01T12:00:00Z' } });
  });

  test('goes when notifications are wanted no more, and the condition says so', async () => {
    const live = [indexerDeployment(registryIndex(), RUNTIME), indexerService(registryIndex())];
    const condition = { type: 'Fresh', status: 'True', reason: 'Receiving', message: '' } as const;
    const conditions = [{ ...condition, lastTransitionTime: '2026-03-01T11:00:00Z' }];
    const { removed, fresh, result } = await ensure({ live, status: { conditions } });
    expect(removed).toEqual(['Deployment images-indexer', 'Service images-indexer']);
    expect(fresh).toEqual(['Unknown ResyncOnly']);
    expect(result.status).toStrictEqual({ notifications: undefined });
  });

  test('of somebody else by that name stays', async () => {
    const own = indexerService(registryIndex());
    const theirs = { ...own, metadata: { ...own.metadata, ownerReferences: [] } };
    expect((await ensure({ live: [theirs] })).removed).toEqual([]);
  });

  test('is not spoken of where it was never wanted', async () => {
    expect((await ensure({})).result).toEqual({ conditions: [], outcome: { kind: 'done' } });
  });
});
