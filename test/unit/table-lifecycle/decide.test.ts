import { describe, expect, test } from '@jest/globals';
import type { ClaimState } from '../../../src/dynamodb/state/claim.ts';
import type { OwnershipRecord, TableClaim } from '../../../src/dynamodb/state/ownership.ts';
import { decideTables } from '../../../src/table-lifecycle/decide.ts';
import { randomNudgeKey, type TablesObservation } from '../../../src/table-lifecycle/observation.ts';
import {
  CLAIM,
  missing,
  NOW_MS,
  nothingKnown,
  OWNER,
  observation,
  ownership,
  said,
  table,
} from '../../support/operator/resources.ts';

const HOUR_MS = 3_600_000;

const ours = (fields: Partial<OwnershipRecord>): TablesObservation['ownership'] => ({
  kind: 'ours',
  ownership: ownership(fields),
});
const another = { cluster: 'other-cluster', namespace: 'theirs', name: 'index' };
const unclaimed = (place: 'tags' | 'item', fields: Partial<Unclaimed> = {}): Unclaimed => {
  return { kind: 'none', place, free: false, tagsHidden: false, ...fields };
};
type Unclaimed = Extract<ClaimState, { kind: 'none' }>;

interface Case {
  readonly when: string;
  readonly seen: Partial<TablesObservation>;
  readonly step: object;
}

interface Problem {
  readonly when: string;
  readonly seen: Partial<TablesObservation>;
  readonly reason: string;
  readonly says: string;
}

describe('nothing is to be done', () => {
  test.each<Case>([
    { when: 'everything is as it should be', seen: {}, step: { do: 'serve', ownership: ownership() } },
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
      seen: {
        repository: table('repository-1', { drift: ['billing'] }),
        suppressed: new Set(['repository/billing']),
      },
      step: { do: 'serve' },
    },
    {
      when: 'the filling is not complete: that is not the tables’ concern',
      seen: { ownership: ours({ complete: false }) },
      step: { do: 'serve', ownership: { complete: false } },
    },
  ])('when $when', ({ seen, step }) => {
    expect(decideTables(observation(seen))).toMatchObject(step);
  });
});

describe('new tables are made in an order that never leaves one without an owner', () => {
  const fresh = { version: missing, repository: missing, ownership: { kind: 'none' }, known: nothingKnown } as const;

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
        do: 'createOwnership',
        ownership: {
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
      when: 'then the repository table is made, whose identity will prove that it is ours',
      seen: {
        ...fresh,
        version: table('version-1'),
        ownership: ours({ intent: 'creating', repositoryTable: undefined, complete: false }),
      },
      step: {
        do: 'createTable',
        role: 'repository',
        next: { epoch: 4, intent: 'creating', repositoryTable: undefined, complete: false },
      },
    },
    {
      when: 'while that is being made nothing is done',
      seen: {
        repository: table('repository-1', { status: 'creating' }),
        ownership: ours({ intent: 'creating', repositoryTable: undefined }),
      },
      step: { do: 'wait', for: 'the repository table, which is creating' },
    },
    {
      when: 'it is claimed before anything else is done with it',
      seen: { claimed: unclaimed('item'), ownership: ours({ intent: 'creating', complete: false }) },
      step: { do: 'claimTable', identity: 'repository-1' },
    },
    {
      when: 'and is in use, in the same epoch, when it says that it is ours',
      seen: { ownership: ours({ intent: 'creating', epoch: 1, complete: false }) },
      step: { do: 'updateOwnership', reason: 'TablesCreated', next: { intent: 'none', epoch: 1 } },
    },
    {
      when: 'also when its identity could not be written down any more',
      seen: { ownership: ours({ intent: 'creating', repositoryTable: undefined, epoch: 1, complete: false }) },
      step: {
        do: 'updateOwnership',
        reason: 'TablesCreated',
        next: { repositoryTable: 'repository-1', intent: 'none', epoch: 1 },
      },
    },
  ])('$when', ({ seen, step }) => {
    expect(decideTables(observation(seen))).toMatchObject(step);
  });
});

describe('tables that vanish are created again', () => {
  test.each<Case>([
    {
      when: 'a repository table that seems gone is announced, but no epoch is begun: it may only be hidden',
      seen: { repository: missing },
      step: { do: 'updateOwnership', reason: 'TableMissing', next: { intent: 'creating', epoch: 4, complete: true } },
    },
    {
      when: 'an announced one is made, and begins an epoch; what was complete is a refill',
      seen: { repository: missing, ownership: ours({ intent: 'creating' }) },
      step: {
        do: 'createTable',
        role: 'repository',
        next: { epoch: 5, intent: 'creating', complete: false, refill: true },
      },
    },
    {
      when: 'the old one showing again calls the announcement off',
      seen: { ownership: ours({ intent: 'creating' }) },
      step: { do: 'updateOwnership', reason: 'Changed', next: { intent: 'none', epoch: 4, complete: true } },
    },
    {
      when: 'a new one whose identity could not be written down begins an epoch when it says that it is ours',
      seen: { repository: table('repository-2'), ownership: ours({ intent: 'creating' }) },
      step: {
        do: 'updateOwnership',
        reason: 'TableDeleted',
        next: { repositoryTable: 'repository-2', epoch: 5, complete: false, refill: true, intent: 'none' },
      },
    },
    {
      when: 'one that is still being made is waited for',
      seen: { repository: table('repository-2', { status: 'creating' }), claimed: { kind: 'unread' } },
      step: { do: 'wait', for: 'the repository table, which is creating' },
    },
    {
      when: 'one that somebody handed over to us, such as a restored backup with our tags, begins an epoch too',
      seen: { repository: table('repository-2') },
      step: { do: 'updateOwnership', reason: 'TableReplaced', next: { repositoryTable: 'repository-2', epoch: 5 } },
    },
    {
      when: 'one that is being deleted is waited for',
      seen: { repository: table('repository-1', { status: 'deleting' }) },
      step: { do: 'wait', for: 'the repository table, which is deleting' },
    },
    {
      when: 'a version table is made again beside the repository table that the status knows',
      seen: { version: missing, ownership: { kind: 'none' } },
      step: { do: 'createTable', role: 'version' },
    },
    {
      when: 'and claimed again for the next epoch, as a refill of that table',
      seen: { ownership: { kind: 'none' } },
      step: {
        do: 'createOwnership',
        ownership: { epoch: 5, repositoryTable: 'repository-1', intent: 'none', complete: false, refill: true },
      },
    },
    {
      when: 'both gone: the version table first',
      seen: { version: missing, repository: missing, ownership: { kind: 'none' } },
      step: { do: 'createTable', role: 'version' },
    },
    {
      when: 'both gone: then the claim of the next epoch',
      seen: { repository: missing, ownership: { kind: 'none' } },
      step: {
        do: 'createOwnership',
        ownership: { epoch: 5, repositoryTable: undefined, intent: 'creating', refill: true },
      },
    },
  ])('$when', ({ seen, step }) => {
    expect(decideTables(observation(seen))).toMatchObject(step);
  });
});

describe('what is not ours is refused', () => {
  const legacyRepository = table('theirs', { schemaFits: false });

  test.each<Problem>([
    {
      when: 'tables of the original module, whose repository table has other keys too',
      seen: { ownership: { kind: 'legacy' }, repository: legacyRepository, known: nothingKnown },
      reason: 'LegacyTables',
      says: 'stop it, then delete both tables or choose another database',
    },
    {
      when: 'a version table that somebody else uses for something else',
      seen: { ownership: { kind: 'foreign', why: 'it holds an item of version 7' } },
      reason: 'NotOurs',
      says: 'it holds an item of version 7',
    },
    {
      when: 'a version table with other keys',
      seen: { version: table('theirs', { schemaFits: false }), ownership: { kind: 'none' } },
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
      when: 'a repository table of an earlier life without its version table: nobody knows its epochs',
      seen: { version: missing, ownership: { kind: 'none' }, known: nothingKnown },
      reason: 'NotOurs',
      says: 'the version table that recorded how far it was filled is gone; delete it, and it is made and filled again',
    },
    {
      when: 'the same beside an empty version table',
      seen: { ownership: { kind: 'none' }, known: nothingKnown },
      reason: 'NotOurs',
      says: 'the version table that recorded how far it was filled is gone',
    },
    {
      when: 'tables of another RegistryIndex',
      seen: { ownership: ours({ owner: another }) },
      reason: 'OwnedByOther',
      says: 'RegistryIndex theirs/index of cluster other-cluster; choose another database',
    },
    {
      when: 'tables of another RegistryIndex, whatever became of its repository table',
      seen: { ownership: ours({ owner: another }), repository: legacyRepository },
      reason: 'OwnedByOther',
      says: 'RegistryIndex theirs/index',
    },
    {
      when: 'tables whose owner is gone, unless adoption is allowed',
      seen: { ownership: ours({ owner: another, ownerSeenAtMs: NOW_MS - 25 * HOUR_MS }) },
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
      seen: { version: table('version-1', { status: 'inaccessible' }), ownership: { kind: 'none' } },
      reason: 'KeyInaccessible',
      says: "the version table's encryption key cannot be used",
    },
  ])('$when', ({ seen, reason, says }) => {
    expect(decideTables(observation(seen))).toEqual({ do: 'refuse', reason, message: expect.stringContaining(says) });
  });

  test('but a repository table without an owner that is being deleted is waited for', () => {
    const seen = {
      version: missing,
      repository: table('x', { status: 'deleting' }),
      ownership: { kind: 'none' },
    } as const;
    expect(decideTables(observation({ ...seen, known: nothingKnown }))).toMatchObject({ do: 'wait' });
  });
});

describe('a repository table', () => {
  const other: TableClaim = { owner: another, versionTable: 'their-version' };
  const mine = { ...CLAIM.owner, versionTable: CLAIM.versionTable };
  const stranger = table('stranger');
  const firstMaking = ours({ intent: 'creating', repositoryTable: undefined, complete: false });
  const theirs =
    'belongs to RegistryIndex theirs/index of cluster other-cluster with version table their-version; choose another repositoryTable';

  test.each<Problem>([
    { when: 'that names another owner and version table', seen: { claimed: said(other) }, reason: '', says: theirs },
    {
      when: 'that names another owner in an item',
      seen: { claimed: said(other, 'item') },
      reason: '',
      says: theirs,
    },
    {
      when: 'that names us with another version table',
      seen: { claimed: said({ ...CLAIM, versionTable: 'other-version' }) },
      reason: '',
      says: 'is of an earlier RegistryIndex of this name, RegistryIndex team/images of cluster cluster-uid with version table other-version; delete it',
    },
    {
      when: 'that names a resource of our name in another cluster',
      seen: { claimed: said({ ...CLAIM, owner: { ...OWNER, cluster: 'c-2' } }), repository: stranger },
      reason: '',
      says: 'of cluster c-2',
    },
    {
      when: 'of an earlier version that names another owner, though our ownership record has it as well',
      seen: { claimed: { kind: 'said', by: 'tags', place: 'tags', says: another } },
      reason: '',
      says: 'belongs to RegistryIndex theirs/index of cluster other-cluster; choose another repositoryTable',
    },
    {
      when: 'of an earlier version that our ownership record does not have',
      seen: { claimed: { kind: 'said', by: 'tags', place: 'tags', says: OWNER }, repository: stranger },
      reason: '',
      says: 'does not say to which version table it belongs; delete it, and it is made and filled again',
    },
    {
      when: 'that says nothing, like a restored one, where tags are kept',
      seen: { claimed: unclaimed('tags'), repository: stranger },
      reason: '',
      says: 'delete it, and it is made and filled again from the bucket, or give it the tags registryindex.dev/cluster=cluster-uid, registryindex.dev/namespace=team, registryindex.dev/name=images, registryindex.dev/version-table=docker-registry-version to hand it over as it is',
    },
    {
      when: 'that says nothing and is not empty, though we were about to make one',
      seen: { claimed: unclaimed('item'), repository: stranger, ownership: firstMaking },
      reason: '',
      says: 'does not say whose it is',
    },
    {
      when: 'whose tags may not be read, though we were about to make one',
      seen: { claimed: unclaimed('item', { tagsHidden: true }), repository: stranger, ownership: firstMaking },
      reason: '',
      says: 'grant dynamodb:ListTagsOfResource',
    },
    {
      when: 'whose items are copies of ours',
      seen: { claimed: { kind: 'copied', says: mine, place: 'item' }, repository: stranger },
      reason: '',
      says: 'is a copy, such as a restored backup, of a table of RegistryIndex team/images',
    },
    {
      when: 'whose claim is of a version to come',
      seen: { claimed: { kind: 'unreadable', why: 'owner is not a map' } },
      reason: '',
      says: 'says of its owner what this version does not understand (owner is not a map)',
    },
  ])('$when is left alone, and the ownership record speaks of it no longer', ({ seen, says }) => {
    const first = decideTables(observation(seen));
    const isCorrected = first.do === 'updateOwnership';
    if (isCorrected)
      expect(first).toMatchObject({
        reason: 'TableTaken',
        next: { epoch: 5, complete: false, repositoryTable: undefined, intent: 'creating' },
      });
    const then = isCorrected ? { ...seen, ownership: { kind: 'ours', ownership: first.next } as const } : seen;
    expect(decideTables(observation(then))).toEqual({
      do: 'refuse',
      reason: 'OwnedByOther',
      message: expect.stringContaining(says),
    });
  });

  test.each<Case>([
    {
      when: 'of an earlier version without a claim, which our ownership record has',
      seen: { claimed: unclaimed('item') },
      step: { do: 'claimTable', identity: 'repository-1', seen: unclaimed('item') },
    },
    {
      when: 'of an earlier version with the tags of its owner, which our ownership record has',
      seen: { claimed: { kind: 'said', by: 'tags', place: 'tags', says: OWNER } },
      step: { do: 'claimTable', identity: 'repository-1' },
    },
    {
      when: 'whose tags were removed, but which our ownership record has',
      seen: { claimed: unclaimed('tags') },
      step: { do: 'claimTable', identity: 'repository-1' },
    },
    {
      when: 'whose tags may not be read, but which our ownership record has',
      seen: { claimed: unclaimed('item', { tagsHidden: true }) },
      step: { do: 'claimTable', identity: 'repository-1' },
    },
    {
      when: 'that is free, when we were about to make one',
      seen: { claimed: unclaimed('item', { free: true }), repository: stranger, ownership: firstMaking },
      step: { do: 'claimTable', identity: 'stranger' },
    },
  ])('$when is claimed before anything is done with it', ({ seen, step }) => {
    const drifting = { ...observation(seen).repository, drift: ['billing'] } as TablesObservation['repository'];
    expect(decideTables(observation({ ...seen, repository: drifting }))).toMatchObject(step);
  });

  test('that is free is not claimed if we were not about to create one', () => {
    const seen = { claimed: unclaimed('item', { free: true }), repository: stranger };
    expect(decideTables(observation(seen))).toMatchObject({ do: 'updateOwnership', reason: 'TableTaken' });
  });

  test('that names another owner with our version table is not claimed by our status alone', () => {
    const seen = {
      claimed: said({ ...CLAIM, owner: another }),
      ownership: { kind: 'none' },
      version: missing,
    } as const;
    expect(decideTables(observation(seen))).toMatchObject({ do: 'refuse', reason: 'OwnedByOther' });
  });

  test('that cannot be read yet is waited for', () => {
    expect(decideTables(observation({ claimed: { kind: 'unread' } }))).toMatchObject({ do: 'wait' });
  });
});

describe('the key of nudges', () => {
  test('is made with the ownership record, and kept', () => {
    const fresh = { ownership: { kind: 'none' }, repository: missing, known: nothingKnown } as const;
    expect(decideTables(observation(fresh))).toMatchObject({
      do: 'createOwnership',
      ownership: { nudgeKey: 'another-key' },
    });
    const changed = ours({ source: 's3://another/#Auto' });
    expect(decideTables(observation({ ownership: changed }))).toMatchObject({ next: { nudgeKey: 'a-key' } });
  });

  test.each([undefined, ''])('is added to a record of an earlier version, which has %p', (nudgeKey) => {
    const next = { ...ownership(), nudgeKey: 'another-key' };
    expect(decideTables(observation({ ownership: ours({ nudgeKey }) }))).toMatchObject({ reason: 'KeyAdded', next });
  });

  test('is random', () => {
    const keys = Array.from({ length: 100 }, randomNudgeKey);
    expect(new Set(keys).size).toBe(100);
    expect(keys.every((key) => /^[\w-]{43}$/.test(key))).toBe(true);
  });
});

describe('who sees what in search', () => {
  const wanted = { ...observation().wanted, access: '{"rules":[]}' };

  test('is written into the ownership record when it changes, and is there from the first', () => {
    const next = { ...ownership(), access: wanted.access };
    expect(decideTables(observation({ wanted }))).toMatchObject({ reason: 'AccessChanged', next });
    expect(decideTables(observation({ wanted, ownership: ours({ access: wanted.access }) }))).toMatchObject({
      do: 'serve',
    });
    const empty = { ownership: { kind: 'none' }, repository: missing, known: nothingKnown } as const;
    expect(decideTables(observation({ ...empty, wanted }))).toMatchObject({
      do: 'createOwnership',
      ownership: { access: wanted.access },
    });
  });

  test('stays there for the pods that still need it when callers are no longer identified', () => {
    expect(decideTables(observation({ ownership: ours({ access: wanted.access }) }))).toMatchObject({ do: 'serve' });
  });
});

describe('tables whose owner is gone', () => {
  const adopting = { ...observation().wanted, adoptIfOwnerGone: true };

  test('are taken over when that is allowed, in the same epoch', () => {
    const seen = { ownership: ours({ owner: another, ownerSeenAtMs: NOW_MS - 25 * HOUR_MS }), wanted: adopting };
    const next = { owner: OWNER, ownerSeenAtMs: NOW_MS, epoch: 4, complete: true };
    expect(decideTables(observation(seen))).toMatchObject({ do: 'updateOwnership', reason: 'Adopted', next });
  });

  test('get a key that the owner before does not know', () => {
    const seen = { ownership: ours({ owner: another, ownerSeenAtMs: NOW_MS - 25 * HOUR_MS }), wanted: adopting };
    expect(decideTables(observation(seen))).toMatchObject({ next: { nudgeKey: 'another-key' } });
  });

  test('and then the repository table, which still names that owner, is claimed before anything else', () => {
    const seen = { claimed: said({ ...CLAIM, owner: another }) };
    expect(decideTables(observation(seen))).toMatchObject({ do: 'claimTable', identity: 'repository-1' });
  });

  test('are not taken over while the owner is a resource of this cluster, whatever it does', () => {
    const seen = {
      ownership: ours({ owner: another, ownerSeenAtMs: NOW_MS - 25 * HOUR_MS }),
      wanted: adopting,
      ownerIsHere: true,
    };
    expect(decideTables(observation(seen))).toEqual({
      do: 'refuse',
      reason: 'OwnedByOther',
      message: expect.stringContaining('it is a resource of this cluster, suspended or not'),
    });
  });

  test('are not taken over before a day has passed', () => {
    const seen = { ownership: ours({ owner: another, ownerSeenAtMs: NOW_MS - 23 * HOUR_MS }), wanted: adopting };
    expect(decideTables(observation(seen))).toMatchObject({ do: 'refuse', reason: 'OwnedByOther' });
  });
});

describe('changes', () => {
  test.each<Case>([
    {
      when: 'another source begins an epoch in the same table',
      seen: { wanted: { ...observation().wanted, source: 's3://elsewhere#Auto' } },
      step: {
        do: 'updateOwnership',
        reason: 'SourceChanged',
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
      step: { do: 'updateOwnership', reason: 'Renewed', next: { ownerSeenAtMs: NOW_MS + HOUR_MS, epoch: 4 } },
    },
    {
      when: 'a setting that differs is announced',
      seen: { repository: table('repository-1', { drift: ['billing', 'timeToLive'] }) },
      step: { do: 'updateOwnership', reason: 'Changing', next: { intent: 'changing', epoch: 4 } },
    },
    {
      when: 'and changed, one at a time',
      seen: {
        repository: table('repository-1', { drift: ['billing', 'timeToLive'] }),
        ownership: ours({ intent: 'changing' }),
      },
      step: { do: 'changeTable', role: 'repository', change: 'billing' },
    },
    {
      when: 'the version table first',
      seen: {
        version: table('version-1', { drift: ['tags'] }),
        repository: table('repository-1', { drift: ['billing'] }),
        ownership: ours({ intent: 'changing' }),
      },
      step: { do: 'changeTable', role: 'version', change: 'tags' },
    },
    {
      when: 'a setting that was set aside does not hold up the next',
      seen: {
        repository: table('repository-1', { drift: ['billing', 'timeToLive'] }),
        suppressed: new Set(['repository/billing']),
        ownership: ours({ intent: 'changing' }),
      },
      step: { do: 'changeTable', role: 'repository', change: 'timeToLive' },
    },
    {
      when: 'a table is not changed while it is being updated',
      seen: {
        repository: table('repository-1', { status: 'updating', drift: ['timeToLive'] }),
        ownership: ours({ intent: 'none' }),
      },
      step: { do: 'serve' },
    },
    {
      when: 'when nothing differs any more, the intent is taken back',
      seen: { ownership: ours({ intent: 'changing' }) },
      step: { do: 'updateOwnership', reason: 'Changed', next: { intent: 'none' } },
    },
    {
      when: 'so is the intent to delete, when the resource is there again',
      seen: { ownership: ours({ intent: 'deleting' }) },
      step: { do: 'updateOwnership', next: { intent: 'none', epoch: 4 } },
    },
  ])('$when', ({ seen, step }) => {
    expect(decideTables(observation(seen))).toMatchObject(step);
  });
});
