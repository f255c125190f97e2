import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import type { RegistryIndexSpec, RegistryIndexStatus } from '../../../../src/api/generated.ts';
import { settingsOf } from '../../../../src/api/settings.ts';
import {
  type EventGap,
  type EventGapReason,
  type EventReport,
  NOTHING_REPORTED,
} from '../../../../src/dynamodb/state/event-report.ts';
import type { KubeObject } from '../../../../src/kube/resource.ts';
import { ensureIndexer } from '../../../../src/operator/indexer-service/ensure-indexer.ts';
import { indexerDeployment, indexerService } from '../../../../src/operator/indexer-service/manifests.ts';
import { fieldOf } from '../../../support/operator/live-resource.ts';
import { cacheOf, kubeClient, noPodSecrets, operatorDeps, services } from '../../../support/operator/operator-deps.ts';
import { NOW_MS, registryIndex } from '../../../support/operator/resources.ts';

const run = promisify(execFile);

const TOKEN = { name: 'registry-token', key: 'token' };
const RUNTIME = { image: { name: 'registry-index:test', pullPolicy: undefined }, secret: undefined, variables: [] };

interface World {
  readonly spec?: Partial<RegistryIndexSpec>;
  readonly status?: RegistryIndexStatus;
  /** Values of the Secret of the token. */
  readonly secret?: Record<string, string> | undefined;
  readonly live?: readonly KubeObject[];
  readonly report?: Partial<EventReport>;
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
    services: services({ events: { read: async () => ({ ...NOTHING_REPORTED, ...report }) } }),
    signal: AbortSignal.any([]),
  });
  return { applied, removed, result, fresh: result.conditions.map(({ status, reason }) => `${status} ${reason}`) };
}

const eventsAt = (times: Partial<EventReport>): EventReport => ({ ...NOTHING_REPORTED, ...times });

function gapOf(reason: EventGapReason, number: number): EventGap {
  return { reason, number, count: 1, atMs: NOW_MS };
}

const wanted = { notifications: { tokenSecretRef: TOKEN } };

describe('the indexer of a resource', () => {
  test('has the memory for as many repositories and tags as may wait', async () => {
    const variables = fieldOf(indexerDeployment(registryIndex(), RUNTIME), 'spec.template.spec.containers.0.env');
    const options = Array.isArray(variables) ? variables.find(({ name }) => name === 'NODE_OPTIONS')?.value : undefined;
    expect(options).toContain('--max-old-space-size=');
    const script = join(import.meta.dirname, '../../../support/index/fill-queue.ts');
    const { stdout } = await run(process.execPath, [script], { env: { ...process.env, NODE_OPTIONS: options } });
    expect(stdout).toBe('100000 of 101000\n');
  });

  test('is made where notifications are wanted, with the token by reference alone', async () => {
    const { applied, result } = await ensure({ spec: wanted, secret: { token: 'secret-value' } });
    expect(applied.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'Deployment images-indexer',
      'Service images-indexer',
      'PodDisruptionBudget images-indexer',
    ]);
    expect(JSON.stringify(applied)).not.toContain('secret-value');
    expect(applied[0]).toMatchObject({
      spec: {
        replicas: 2,
        template: {
          spec: {
            containers: [
              {
                args: ['indexer', '--pulls=Ignore', '--nudge=images-search-pods.team.svc:9091'],
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

  test.each<[string, Partial<EventReport>]>([
    ['False NothingReceivedYet', {}],
    ['True Receiving', { eventAtMs: NOW_MS, rejectedAtMs: 0 }],
    ['True Receiving', { eventAtMs: NOW_MS, letInAtMs: NOW_MS, rejectedAtMs: NOW_MS - 1 }],
    ['False CredentialsRejected', { eventAtMs: NOW_MS, letInAtMs: 1, rejectedAtMs: NOW_MS - 1 }],
    ['False CredentialsRejected', { eventAtMs: NOW_MS - 1, rejectedAtMs: NOW_MS }],
    ['False CredentialsRejected', { eventAtMs: 0, rejectedAtMs: NOW_MS }],
    ['False CredentialsRejected', { eventAtMs: 1, rejectedAtMs: NOW_MS - 9 * 60_000 }],
    ['True Receiving', { eventAtMs: 1, rejectedAtMs: NOW_MS - 10 * 60_000 }],
    ['False NothingReceivedYet', { eventAtMs: 0, rejectedAtMs: NOW_MS - 10 * 60_000 }],
    ['False Gap', { eventAtMs: NOW_MS, gaps: [gapOf('IndexerDied', 2)], closedGaps: 1 }],
    ['False Gap', { gaps: [gapOf('IndexerDied', 2)] }],
    ['True Receiving', { eventAtMs: NOW_MS, gaps: [gapOf('IndexerDied', 2)], closedGaps: 2 }],
    ['False CredentialsRejected', { rejectedAtMs: NOW_MS, gaps: [gapOf('IndexerDied', 2)] }],
  ])('is told of as %s', async (expected, report) => {
    const { fresh } = await ensure({ spec: wanted, secret: { token: 'x' }, report });
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

  test('says how often a wrong credential came', async () => {
    const report = { rejected: 7, rejectedAtMs: NOW_MS };
    const { result } = await ensure({ spec: wanted, secret: { token: 'x' }, report });
    expect(result.conditions[0]?.message).toContain('7 times, last at 2026-03-01T12:00:00Z');
  });

  test('says of everything that was missed what it was and when, and what comes of it', async () => {
    const gaps = [gapOf('TooLarge', 1), gapOf('RegistryRestarted', 2), gapOf('IndexerDied', 3)];
    const messageOf = async (notifications: object) => {
      const spec = { notifications: { ...wanted.notifications, ...notifications } };
      const { result } = await ensure({ spec, secret: { token: 'x' }, report: { gaps, closedGaps: 1 } });
      return result.conditions[0]?.message;
    };
    expect(await messageOf({})).toMatch(
      /^a process of a registry ended.* \(RegistryRestarted, 2026-03-01T12:00:00Z\); an indexer ended .*; a resync, /,
    );
    expect(await messageOf({ resyncOnGap: false })).toMatch(/none is started for it because .*resyncOnGap is false$/);
  });

  test('is a degradation while removals wait for a resync', async () => {
    const report = { gaps: [gapOf('RemovalsWithheld', 1)] };
    const degraded = (closedGaps: number) =>
      ensure({ spec: wanted, secret: { token: 'x' }, report: { ...report, closedGaps } });
    expect((await degraded(0)).result.degradation).toMatchObject({ reason: 'MassDeletion' });
    expect((await degraded(1)).result.degradation).toBeUndefined();
  });

  test('reads a queue where one is named, and needs no Secret then', async () => {
    const queueURL = 'https://sqs.eu-central-1.amazonaws.com/1/events';
    const { applied, fresh } = await ensure({ spec: { notifications: { sqs: { queueURL } } } });
    const args = [
      'indexer',
      '--pulls=Ignore',
      expect.stringContaining('--nudge='),
      `--sqs-queue-url=${queueURL}`,
      '--sqs-region=eu-central-1',
    ];
    expect(applied[0]).toMatchObject({ spec: { template: { spec: { containers: [{ args }] } } } });
    expect(fresh).toEqual(['False NothingReceivedYet']);
  });

  test('says when the last event came', async () => {
    const report = eventsAt({ eventAtMs: NOW_MS });
    const { result } = await ensure({ spec: wanted, secret: { token: 'x' }, report });
    expect(result.status).toMatchObject({ notifications: { lastEventTime: '2026-03-01T12:00:00Z' } });
  });

  test.each([
    ['2026-03-01T11:59:01Z', '2026-03-01T11:59:01Z'],
    ['2026-03-01T11:59:00Z', '2026-03-01T12:00:00Z'],
  ])('where the status says %s says %s, so that it is written once a minute', async (lastEventTime, expected) => {
    const status = { notifications: { lastEventTime } };
    const report = eventsAt({ eventAtMs: NOW_MS });
    const { result } = await ensure({ spec: wanted, status, secret: { token: 'x' }, report });
    expect(result.status).toMatchObject({ notifications: { lastEventTime: expected } });
  });

  test('goes when notifications are wanted no more, and its condition with it', async () => {
    const live = [indexerDeployment(registryIndex(), RUNTIME), indexerService(registryIndex())];
    const condition = { type: 'Fresh', status: 'True', reason: 'Receiving', message: '' } as const;
    const conditions = [{ ...condition, lastTransitionTime: '2026-03-01T11:00:00Z' }];
    const { removed, fresh, result } = await ensure({ live, status: { conditions } });
    expect(removed).toEqual(['Deployment images-indexer', 'Service images-indexer']);
    expect(fresh).toEqual([]);
    expect(result.withdrawn).toEqual(['Fresh']);
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
