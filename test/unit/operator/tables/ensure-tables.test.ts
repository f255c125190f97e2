import { beforeEach, describe, expect, test } from '@jest/globals';
import { settingsOf } from '../../../../src/api/settings.ts';
import { type FailureKind, ServiceError } from '../../../../src/aws/errors.ts';
import type { Owner, OwnershipRecord, OwnershipStore } from '../../../../src/dynamodb/state/ownership.ts';
import type { Extent, TableChange, TableControl, TableState } from '../../../../src/dynamodb/tables/tables.ts';
import type { KubeObject } from '../../../../src/kube/resource.ts';
import { StatusError } from '../../../../src/kube/status-error.ts';
import type { OperatorDeps } from '../../../../src/operator/context.ts';
import { ensureTables } from '../../../../src/operator/tables/ensure-tables.ts';
import { suppressionReasons } from '../../../../src/operator/tables/suppressed-changes.ts';
import { kubeClient, noPodSecrets, operatorDeps, services } from '../../../support/operator/operator-deps.ts';
import {
  missing,
  NOW_MS,
  ownership,
  type Resource,
  registryIndex,
  table,
} from '../../../support/operator/resources.ts';

let nowMs: number;
let isLeading: boolean;
let deps: OperatorDeps & { told: object[] };
/** What was asked of the tables, in order. */
let asked: string[];

beforeEach(() => {
  nowMs = NOW_MS;
  isLeading = true;
  asked = [];
  deps = operatorDeps({ now: () => new Date(nowMs), isLeading: () => isLeading });
});

interface World {
  readonly version?: TableState;
  readonly repository?: TableState;
  readonly ownership?: Partial<OwnershipRecord>;
  /** How the repository table was looked at is added here. */
  readonly looks?: (Extent | undefined)[];
  readonly change?: TableControl['change'];
  readonly update?: OwnershipStore['update'];
}

function context(world: World, resource: Resource = {}) {
  const index = registryIndex(resource);
  const tables = {
    ...services().tables,
    describe: async (role: string, _: AbortSignal, extent?: Extent) => {
      if (role === 'version') return world.version ?? table('version-1');
      world.looks?.push(extent);
      return world.repository ?? table('repository-1');
    },
    create: async (role: string) => {
      asked.push(`create ${role}`);
      return `${role}-9`;
    },
    change: async (...args: Parameters<TableControl['change']>) => {
      asked.push(`change ${args[0]}/${args[1]}`);
      return world.change ? world.change(...args) : 'changed';
    },
  };
  const store: OwnershipStore = {
    ...services().ownership,
    readToClaim: async () => ({ kind: 'ours', ownership: ownership(world.ownership) }),
    update: async (...args) => {
      asked.push('update ownership record');
      await world.update?.(...args);
    },
  };
  const simulated = services({ tables, ownership: store });
  return ensureTables({
    deps,
    index,
    settings: settingsOf(index.spec),
    services: simulated,
    podSecrets: noPodSecrets,
    signal: AbortSignal.any([]),
  });
}

describe('tables that serve', () => {
  const looks: (Extent | undefined)[] = [];
  const look = (drift: readonly TableChange[]) => context({ repository: table('repository-1', { drift }), looks });

  beforeEach(() => {
    looks.length = 0;
  });

  test('are looked at whole every ten minutes or so, and else briefly', async () => {
    await look([]);
    await look([]);
    expect(looks).toEqual(['whole', 'brief']);
    nowMs += 15 * 60_000;
    await look([]);
    expect(looks).toEqual(['whole', 'brief', 'whole']);
  });

  test('are looked at whole before anything is done to them', async () => {
    await look([]);
    await look(['tags']);
    await look(['tags']);
    expect(looks).toEqual(['whole', 'brief', 'whole', 'whole']);
    expect(asked).toEqual(['update ownership record', 'update ownership record']);
  });
});

const drifting = {
  repository: table('repository-1', { drift: ['billing'] }),
  ownership: { intent: 'changing' },
} as const;
const refusal = (kind: FailureKind) =>
  new ServiceError({ kind, reason: 'RequestRefused', message: 'the endpoint refuses' });
const reasons = (generation = 3) => suppressionReasons(deps.state.of('resource-uid'), generation);

describe('what a reconciliation reports of the tables', () => {
  test('is in the status: epoch and identities', async () => {
    expect((await context({})).status).toEqual({
      epoch: 4,
      tables: {
        repository: { name: 'docker-registry-repository', identity: 'repository-1' },
        version: { name: 'docker-registry-version', identity: 'version-1' },
      },
    });
  });

  test('is in the status as soon as the epoch begins, in case the ownership record is lost before the next reconciliation', async () => {
    const result = await context({ repository: table('repository-2') });
    expect(result.status).toMatchObject({ epoch: 5, tables: { repository: { identity: 'repository-2' } } });
    expect(result.ownership).toMatchObject({ epoch: 5, complete: false });
  });

  test('is an event if a person would want to know', async () => {
    await context({ repository: table('repository-2') });
    expect(deps.told).toMatchObject([
      { type: 'Warning', reason: 'TableReplaced', note: expect.stringContaining('(epoch 5)') },
    ]);
  });

  test('is no event if no person needs to know', async () => {
    await context({ ownership: { ownerSeenAtMs: 0 } });
    expect(asked).toEqual(['update ownership record']);
    expect(deps.told).toEqual([]);
  });
});

test('a created table is in the status before it is claimed, so that it can be deleted with the resource', async () => {
  expect((await context({ version: missing, repository: missing })).status).toEqual({
    tables: {
      repository: { name: 'docker-registry-repository' },
      version: { name: 'docker-registry-version', identity: 'version-9' },
    },
  });
  expect(asked).toEqual(['create version']);
});

test('the identity that CreateTable answers is written into ownership record and status at once', async () => {
  const world = { repository: missing, ownership: { intent: 'creating' } } as const;
  const result = await context(world);
  expect(asked).toEqual(['create repository', 'update ownership record']);
  expect(result.ownership).toMatchObject({ repositoryTable: 'repository-9', epoch: 5, intent: 'creating' });
  expect(result.status).toMatchObject({ epoch: 5, tables: { repository: { identity: 'repository-9' } } });
  expect(deps.told.map((event) => ('reason' in event ? event.reason : ''))).toEqual(['CreatingTable', 'TableDeleted']);
});

describe('tables whose owner was not seen for a day', () => {
  const theirs = { cluster: 'cluster-uid', namespace: 'team', name: 'other' };
  const adopting = { spec: { adoptionPolicy: 'IfOwnerGone' } } as const;
  const object = (fields: object = {}): KubeObject => {
    return { apiVersion: 'v1', kind: 'RegistryIndex', metadata: { ...theirs, ...fields } };
  };

  test.each<[string, Owner, () => Promise<KubeObject | undefined>]>([
    ['is there', theirs, async () => object()],
    ['is being deleted', theirs, async () => object({ deletionTimestamp: '2026-03-01T11:00:00Z' })],
    ['is in a namespace that may not be looked into', theirs, () => Promise.reject(forbidden())],
    ['has a name that leads elsewhere', { ...theirs, name: '..' }, async () => undefined],
    ['has no name', { ...theirs, name: '' }, async () => undefined],
  ])('are not taken over while it %s', async (_, owner, get) => {
    deps = { ...deps, client: kubeClient({ get }) };
    const result = await context({ ownership: { owner, ownerSeenAtMs: 0 } }, adopting);
    expect(result.outcome).toMatchObject({
      kind: 'stalled',
      reason: 'OwnedByOther',
      message: expect.stringContaining('it is a resource of this cluster, suspended or not'),
    });
    expect(asked).toEqual([]);
  });

  test.each<[string, Owner]>([
    ['is gone from this cluster', theirs],
    ['was of another cluster', { ...theirs, cluster: 'another-uid' }],
  ])('are taken over when it %s', async (_, owner) => {
    deps = { ...deps, client: kubeClient({ get: async () => undefined }) };
    await context({ ownership: { owner, ownerSeenAtMs: 0 } }, adopting);
    expect(asked).toEqual(['update ownership record']);
  });

  test('are not looked up if the resource would not adopt them', async () => {
    expect(await context({ ownership: { owner: theirs, ownerSeenAtMs: 0 } })).toMatchObject({
      outcome: { kind: 'stalled' },
    });
  });

  test('wait while the API server does not answer', async () => {
    deps = { ...deps, client: kubeClient({ get: () => Promise.reject(new Error('no answer')) }) };
    await expect(context({ ownership: { owner: theirs, ownerSeenAtMs: 0 } }, adopting)).rejects.toThrow('no answer');
    expect(asked).toEqual([]);
  });
});

function forbidden(): StatusError {
  return new StatusError({ status: 403, reason: 'Forbidden', message: 'no', causes: [], retryAfterMs: undefined });
}

test('another writer that was quicker is no failure: the next reconciliation observes again', async () => {
  const result = await context({
    repository: table('repository-2'),
    update: async () => {
      throw refusal('conflict');
    },
  });
  expect(result).toMatchObject({ outcome: { kind: 'after' }, ownership: { epoch: 4 } });
  expect(deps.told).toEqual([]);
});

test('an ownership record of another owner is not taken for ours if the adoption failed', async () => {
  const world = {
    ownership: { owner: { cluster: 'c', namespace: 'n', name: 'o' }, ownerSeenAtMs: 0 },
    update: async () => {
      throw refusal('conflict');
    },
  };
  const result = await context(world, { spec: { adoptionPolicy: 'IfOwnerGone' } });
  expect(result).toMatchObject({ ownership: undefined, conditions: [{ type: 'TablesReady', status: 'False' }] });
});

test('a replica that may have lost the lease changes no table', async () => {
  isLeading = false;
  expect(await context(drifting)).toMatchObject({ outcome: { kind: 'after' } });
  expect(asked).toEqual([]);
});

describe('a change that cannot be made', () => {
  test('because the endpoint does not know it is suppressed, and the tables serve', async () => {
    const world = { ...drifting, change: async () => 'unsupported' as const };
    expect((await context(world)).conditions).toMatchObject([{ type: 'TablesReady', status: 'True' }]);
    expect(reasons()).toEqual(['this endpoint cannot set billing of the repository table']);
    await context(world);
    expect(asked).toEqual(['change repository/billing', 'update ownership record']);
  });

  test('because it is refused is suppressed with the reason, for an hour', async () => {
    const world = {
      repository: drifting.repository,
      ownership: { intent: 'changing', ownerSeenAtMs: NOW_MS + 60 * 60_000 } as const,
      change: async () => {
        throw refusal('terminal');
      },
    };
    await context(world);
    expect(reasons()).toEqual(['the endpoint refuses']);
    nowMs += 60 * 60_000;
    expect(reasons()).toEqual(['the endpoint refuses']);
    await context(world);
    expect(asked).toEqual(['change repository/billing', 'change repository/billing']);
    await context({ ...world, repository: table('repository-1') });
    expect(reasons()).toEqual([]);
  });

  test.each(['denied', 'retryable'] as const)(
    'because it is %s is set aside too, and the tables serve',
    async (kind) => {
      const world = {
        ...drifting,
        change: async () => {
          throw refusal(kind);
        },
      };
      const result = await context(world);
      expect(result).toMatchObject({ outcome: { kind: 'after' }, ownership: { epoch: 4 } });
      expect(result.conditions).toMatchObject([{ type: 'TablesReady', status: 'True' }]);
      expect(reasons()).toEqual(['the endpoint refuses']);
    },
  );

  test('for a moment is retried within minutes, not after an hour', async () => {
    const world = {
      ...drifting,
      change: async () => {
        throw refusal('retryable');
      },
    };
    await context(world);
    nowMs += 5 * 60_000;
    await context(world);
    expect(asked).toEqual(['change repository/billing', 'change repository/billing']);
  });

  test('because it is accepted but not kept gets time once, and is then suppressed', async () => {
    await context(drifting);
    expect(reasons()).toEqual([]);
    await context(drifting);
    expect(asked).toEqual(['change repository/billing', 'update ownership record']);
    nowMs += 6_000;
    await context(drifting);
    expect(reasons()).toEqual(['this endpoint accepts a change of repository table billing but does not keep it']);
    nowMs += 6_000;
    await context(drifting);
    expect(asked.filter((it) => it.startsWith('change'))).toHaveLength(2);
    nowMs += 60 * 60_000;
    await context({ ...drifting, ownership: { ...drifting.ownership, ownerSeenAtMs: nowMs } });
    expect(asked.filter((it) => it.startsWith('change'))).toHaveLength(3);
    expect(reasons()).toEqual(['this endpoint accepts a change of repository table billing but does not keep it']);
  });

  test('is retried as soon as the resource changes', async () => {
    await context({ ...drifting, change: async () => 'unsupported' });
    expect(reasons(4)).toEqual([]);
    await context(drifting, { metadata: { generation: 4 } });
    expect(asked).toEqual(['change repository/billing', 'change repository/billing']);
  });
});
