import { describe, expect, test } from '@jest/globals';
import type { Marker } from '../../../../src/index/marker.ts';
import { decideTables } from '../../../../src/operator/tables/decide.ts';
import type { TablesObservation } from '../../../../src/operator/tables/observation.ts';
import { marker, missing, NOW_MS, nothingKnown, OWNER, observation, table } from '../support/resources.ts';

const HOUR_MS = 3_600_000;

const ours = (fields: Partial<Marker>): TablesObservation['marker'] => ({ kind: 'ours', marker: marker(fields) });
const another = { cluster: 'other-cluster', namespace: 'theirs', name: 'index' };

interface Case {
  readonly when: string;
  readonly seen: Partial<TablesObservation>;
  readonly step: object;
}

interface Refusal {
  readonly when: string;
  readonly seen: Partial<TablesObservation>;
  readonly reason: string;
  readonly says: string;
}

describe('nothing is to be done', () => {
  test.each<Case>([
    { when: 'everything is as it should be', seen: {}, step: { do: 'serve', marker: marker() } },
    {
      when: 'the tables are being updated, and serve meanwhile',
      seen: {
        version: table('version-1', { status: 'updating' }),
        repository: table('repository-1', { status: 'updating' }),
      },
      step: { do: 'serve' },
    },
    {
      when: 'what differs was set aside',
      seen: { repository: table('repository-1', { drift: ['billing'] }), setAside: new Set(['repository/billing']) },
      step: { do: 'serve' },
    },
    {
      when: 'the filling is not complete: that is not the tables’ concern',
      seen: { marker: ours({ complete: false }) },
      step: { do: 'serve', marker: { complete: false } },
    },
  ])('when $when', ({ seen, step }) => {
    expect(decideTables(observation(seen))).toMatchObject(step);
  });
});

describe('new tables are made in an order that never leaves one without an owner', () => {
  const fresh = { version: missing, repository: missing, marker: { kind: 'none' }, known: nothingKnown } as const;

  test.each<Case>([
    { when: 'first the version table', seen: fresh, step: { do: 'createTable', role: 'version' } },
    {
      when: 'while it is being made nothing is done',
      seen: { ...fresh, version: table('version-1', { status: 'creating' }) },
      step: { do: 'wait', for: 'the version table, which is creating' },
    },
    {
      when: 'then it is claimed, with the intent to make the other',
      seen: { ...fresh, version: table('version-1') },
      step: {
        do: 'claim',
        marker: {
          owner: OWNER,
          epoch: 1,
          intent: 'creating',
          repositoryTable: undefined,
          complete: false,
          refill: false,
        },
      },
    },
    {
      when: 'then the repository table is made',
      seen: { ...fresh, version: table('version-1'), marker: ours({ intent: 'creating', repositoryTable: undefined }) },
      step: { do: 'createTable', role: 'repository' },
    },
    {
      when: 'while that is being made nothing is done',
      seen: {
        repository: table('repository-1', { status: 'creating' }),
        marker: ours({ intent: 'creating', repositoryTable: undefined }),
      },
      step: { do: 'wait', for: 'the repository table, which is creating' },
    },
    {
      when: 'and its identity is written down, in the same epoch',
      seen: { marker: ours({ intent: 'creating', repositoryTable: undefined, epoch: 1 }) },
      step: {
        do: 'updateMarker',
        news: 'TablesCreated',
        next: { repositoryTable: 'repository-1', intent: 'none', epoch: 1 },
      },
    },
  ])('$when', ({ seen, step }) => {
    expect(decideTables(observation(seen))).toMatchObject(step);
  });
});

describe('tables that vanish are made anew', () => {
  test.each<Case>([
    {
      when: 'a repository table that seems gone is announced, but no epoch is begun: it may only be hidden',
      seen: { repository: missing },
      step: { do: 'updateMarker', news: 'TableMissing', next: { intent: 'creating', epoch: 4, complete: true } },
    },
    {
      when: 'an announced one is made',
      seen: { repository: missing, marker: ours({ intent: 'creating' }) },
      step: { do: 'createTable', role: 'repository' },
    },
    {
      when: 'the old one showing again calls the announcement off',
      seen: { marker: ours({ intent: 'creating' }) },
      step: { do: 'updateMarker', news: 'Changed', next: { intent: 'none', epoch: 4, complete: true } },
    },
    {
      when: 'the new one begins an epoch while it is still being made, and what was complete is a refill',
      seen: { repository: table('repository-2', { status: 'creating' }), marker: ours({ intent: 'creating' }) },
      step: {
        do: 'updateMarker',
        news: 'TableDeleted',
        next: { repositoryTable: 'repository-2', epoch: 5, complete: false, refill: true, intent: 'none' },
      },
    },
    {
      when: 'one that somebody put in its place, such as a restored backup, begins an epoch too',
      seen: { repository: table('repository-2') },
      step: { do: 'updateMarker', news: 'TableReplaced', next: { repositoryTable: 'repository-2', epoch: 5 } },
    },
    {
      when: 'one that is being deleted is waited for',
      seen: { repository: table('repository-1', { status: 'deleting' }) },
      step: { do: 'wait', for: 'the repository table, which is deleting' },
    },
    {
      when: 'a version table is made again beside the repository table that the status knows',
      seen: { version: missing, marker: { kind: 'none' } },
      step: { do: 'createTable', role: 'version' },
    },
    {
      when: 'and claimed again for the next epoch, as a refill of that table',
      seen: { marker: { kind: 'none' } },
      step: {
        do: 'claim',
        marker: { epoch: 5, repositoryTable: 'repository-1', intent: 'none', complete: false, refill: true },
      },
    },
    {
      when: 'both gone: the version table first',
      seen: { version: missing, repository: missing, marker: { kind: 'none' } },
      step: { do: 'createTable', role: 'version' },
    },
    {
      when: 'both gone: then the claim of the next epoch',
      seen: { repository: missing, marker: { kind: 'none' } },
      step: { do: 'claim', marker: { epoch: 5, repositoryTable: undefined, intent: 'creating', refill: true } },
    },
  ])('$when', ({ seen, step }) => {
    expect(decideTables(observation(seen))).toMatchObject(step);
  });
});

describe('what is not ours is refused', () => {
  const legacyRepository = table('theirs', { schemaFits: false });

  test.each<Refusal>([
    {
      when: 'tables of the original module, whose repository table has other keys too',
      seen: { marker: { kind: 'legacy' }, repository: legacyRepository, known: nothingKnown },
      reason: 'LegacyTables',
      says: 'stop it, then delete both tables or choose another database',
    },
    {
      when: 'a version table that somebody else uses for something else',
      seen: { marker: { kind: 'foreign', why: 'it holds an item of version 7' } },
      reason: 'NotOurs',
      says: 'it holds an item of version 7',
    },
    {
      when: 'a version table with other keys',
      seen: { version: table('theirs', { schemaFits: false }), marker: { kind: 'none' } },
      reason: 'SchemaMismatch',
      says: 'a table with the name of the version table exists with other keys',
    },
    {
      when: 'a repository table with other keys',
      seen: { repository: legacyRepository },
      reason: 'SchemaMismatch',
      says: 'a table with the name of the repository table exists with other keys',
    },
    {
      when: 'a repository table without a version table',
      seen: { version: missing, marker: { kind: 'none' }, known: nothingKnown },
      reason: 'NotOurs',
      says: 'no version table says whose it is',
    },
    {
      when: 'a repository table beside an empty version table',
      seen: { marker: { kind: 'none' }, known: nothingKnown },
      reason: 'NotOurs',
      says: 'no version table says whose it is',
    },
    {
      when: 'tables of another RegistryIndex',
      seen: { marker: ours({ owner: another }) },
      reason: 'OwnedByOther',
      says: 'RegistryIndex theirs/index of cluster other-cluster; choose another database',
    },
    {
      when: 'tables of another RegistryIndex, whatever became of its repository table',
      seen: { marker: ours({ owner: another }), repository: legacyRepository },
      reason: 'OwnedByOther',
      says: 'RegistryIndex theirs/index',
    },
    {
      when: 'tables whose owner is gone, unless adoption is allowed',
      seen: { marker: ours({ owner: another, ownerSeenAtMs: NOW_MS - 25 * HOUR_MS }) },
      reason: 'OwnedByOther',
      says: 'set adoptionPolicy to IfOwnerGone',
    },
    {
      when: 'an archived table',
      seen: { repository: table('repository-1', { status: 'archived' }) },
      reason: 'TableArchived',
      says: 'restore it from its backup',
    },
    {
      when: 'a table whose key is out of reach',
      seen: { version: table('version-1', { status: 'inaccessible' }), marker: { kind: 'none' } },
      reason: 'KeyInaccessible',
      says: "the version table's encryption key cannot be used",
    },
  ])('$when', ({ seen, reason, says }) => {
    expect(decideTables(observation(seen))).toEqual({ do: 'refuse', reason, message: expect.stringContaining(says) });
  });

  test('but a repository table of nobody that is just being deleted is waited for', () => {
    const seen = {
      version: missing,
      repository: table('x', { status: 'deleting' }),
      marker: { kind: 'none' },
    } as const;
    expect(decideTables(observation({ ...seen, known: nothingKnown }))).toMatchObject({ do: 'wait' });
  });
});

describe('tables whose owner is gone', () => {
  const adopting = { owner: OWNER, source: 's3://my-registry#Auto', adoptIfOwnerGone: true, feedShards: 8 };

  test('are taken over when that is allowed, in the same epoch', () => {
    const seen = { marker: ours({ owner: another, ownerSeenAtMs: NOW_MS - 25 * HOUR_MS }), claim: adopting };
    const next = { owner: OWNER, ownerSeenAtMs: NOW_MS, epoch: 4, complete: true };
    expect(decideTables(observation(seen))).toMatchObject({ do: 'updateMarker', news: 'Adopted', next });
  });

  test('are not taken over before a day has passed', () => {
    const seen = { marker: ours({ owner: another, ownerSeenAtMs: NOW_MS - 23 * HOUR_MS }), claim: adopting };
    expect(decideTables(observation(seen))).toMatchObject({ do: 'refuse', reason: 'OwnedByOther' });
  });
});

describe('changes', () => {
  test.each<Case>([
    {
      when: 'another source begins an epoch in the same table',
      seen: { claim: { ...observation().claim, source: 's3://elsewhere#Auto' } },
      step: {
        do: 'updateMarker',
        news: 'SourceChanged',
        next: {
          source: 's3://elsewhere#Auto',
          epoch: 5,
          complete: false,
          refill: true,
          repositoryTable: 'repository-1',
        },
      },
    },
    {
      when: 'the owner says every hour that it is there',
      seen: { nowMs: NOW_MS + HOUR_MS },
      step: { do: 'updateMarker', news: 'Renewed', next: { ownerSeenAtMs: NOW_MS + HOUR_MS, epoch: 4 } },
    },
    {
      when: 'a setting that differs is announced',
      seen: { repository: table('repository-1', { drift: ['billing', 'timeToLive'] }) },
      step: { do: 'updateMarker', news: 'Changing', next: { intent: 'changing', epoch: 4 } },
    },
    {
      when: 'and changed, one at a time',
      seen: {
        repository: table('repository-1', { drift: ['billing', 'timeToLive'] }),
        marker: ours({ intent: 'changing' }),
      },
      step: { do: 'changeTable', role: 'repository', change: 'billing' },
    },
    {
      when: 'the version table first',
      seen: {
        version: table('version-1', { drift: ['tags'] }),
        repository: table('repository-1', { drift: ['billing'] }),
        marker: ours({ intent: 'changing' }),
      },
      step: { do: 'changeTable', role: 'version', change: 'tags' },
    },
    {
      when: 'a setting that was set aside does not hold up the next',
      seen: {
        repository: table('repository-1', { drift: ['billing', 'timeToLive'] }),
        setAside: new Set(['repository/billing']),
        marker: ours({ intent: 'changing' }),
      },
      step: { do: 'changeTable', role: 'repository', change: 'timeToLive' },
    },
    {
      when: 'a table is not changed while it is being updated',
      seen: {
        repository: table('repository-1', { status: 'updating', drift: ['timeToLive'] }),
        marker: ours({ intent: 'none' }),
      },
      step: { do: 'serve' },
    },
    {
      when: 'when nothing differs any more, the intent is taken back',
      seen: { marker: ours({ intent: 'changing' }) },
      step: { do: 'updateMarker', news: 'Changed', next: { intent: 'none' } },
    },
    {
      when: 'so is the intent to delete, when the resource is there again',
      seen: { marker: ours({ intent: 'deleting' }) },
      step: { do: 'updateMarker', next: { intent: 'none', epoch: 4 } },
    },
  ])('$when', ({ seen, step }) => {
    expect(decideTables(observation(seen))).toMatchObject(step);
  });
});
