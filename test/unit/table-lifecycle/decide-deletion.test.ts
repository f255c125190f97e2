import { describe, expect, test } from '@jest/globals';
import type { OwnershipRecord } from '../../../src/dynamodb/state/ownership.ts';
import { decideDeletion } from '../../../src/table-lifecycle/decide-deletion.ts';
import type { TablesObservation } from '../../../src/table-lifecycle/observation.ts';
import {
  CLAIM,
  missing,
  nothingKnown,
  OWNER,
  observation,
  ownership,
  said,
  table,
} from '../../support/operator/resources.ts';

const ours = (fields: Partial<OwnershipRecord>): TablesObservation['ownership'] => ({
  kind: 'ours',
  ownership: ownership(fields),
});
const deleting = ours({ intent: 'deleting' });
const none = { kind: 'none' } as const;
const theirs = { owner: { cluster: 'c', namespace: 'n', name: 'o' }, versionTable: 'their-version' };

interface Case {
  readonly when: string;
  readonly seen: Partial<TablesObservation>;
  readonly step: object;
}

test.each<Case>([
  {
    when: 'the intent is written before anything is deleted',
    seen: {},
    step: { do: 'updateOwnership', reason: 'Deleting', next: { intent: 'deleting' } },
  },
  {
    when: 'the repository table goes first',
    seen: { ownership: deleting },
    step: { do: 'deleteTable', role: 'repository' },
  },
  {
    when: 'while it is being deleted nothing is done',
    seen: { ownership: deleting, repository: table('repository-1', { status: 'deleting' }) },
    step: { do: 'wait' },
  },
  {
    when: 'the version table, which says whose they are, goes last',
    seen: { ownership: deleting, repository: missing },
    step: { do: 'deleteTable', role: 'version', unconfirmed: false },
  },
  {
    when: 'while that is being deleted nothing is done',
    seen: { version: table('version-1', { status: 'deleting' }), ownership: none, repository: missing },
    step: { do: 'wait' },
  },
  { when: 'then all is gone', seen: { version: missing, ownership: none, repository: missing }, step: { do: 'gone' } },
  {
    when: 'a table that is just being updated is waited for',
    seen: { ownership: deleting, repository: table('repository-1', { status: 'updating' }) },
    step: { do: 'wait' },
  },
  {
    when: 'one that was being made is no longer looked for by the identity of the one before',
    seen: { ownership: ours({ intent: 'creating' }), repository: missing },
    step: { do: 'updateOwnership', reason: 'Deleting', next: { intent: 'deleting', repositoryTable: undefined } },
  },
  {
    when: 'a table that is made but not yet written down is ours if it says so, and is written down first',
    seen: { ownership: ours({ intent: 'deleting', repositoryTable: undefined }) },
    step: { do: 'updateOwnership', next: { intent: 'deleting', repositoryTable: 'repository-1' } },
  },
  {
    when: 'one that does not say so yet is claimed first, where it is free',
    seen: {
      ownership: ours({ intent: 'deleting', repositoryTable: undefined }),
      claimed: { kind: 'none', place: 'item', free: true, tagsHidden: false },
    },
    step: { do: 'claimTable', identity: 'repository-1' },
  },
  {
    when: 'so is one of an earlier version, which the ownership record has',
    seen: { ownership: deleting, claimed: { kind: 'none', place: 'item', free: false, tagsHidden: false } },
    step: { do: 'claimTable', identity: 'repository-1' },
  },
  {
    when: 'one that was announced and does not show may be there all the same',
    seen: { ownership: ours({ intent: 'deleting', repositoryTable: undefined }), repository: missing },
    step: { do: 'deleteTable', role: 'version', unconfirmed: true },
  },
  {
    when: 'an archived repository table can be deleted',
    seen: { ownership: deleting, repository: table('repository-1', { status: 'archived' }) },
    step: { do: 'deleteTable', role: 'repository' },
  },
  {
    when: 'a repository table that the status knows is ours even when the version table was deleted by hand',
    seen: { version: missing, ownership: none },
    step: { do: 'deleteTable', role: 'repository' },
  },
  {
    when: 'a version table that was made but not claimed yet is claimed first',
    seen: { ownership: none, repository: missing, known: { ...nothingKnown, versionTable: 'version-1' } },
    step: { do: 'createOwnership', ownership: { owner: OWNER, repositoryTable: undefined } },
  },
  {
    when: 'a version table whose key is lost needs a person',
    seen: { version: table('version-1', { status: 'inaccessible' }), ownership: none },
    step: { do: 'refuse', reason: 'VersionTableUnreadable' },
  },
  {
    when: 'so does a repository table that cannot be asked whose it is',
    seen: {
      ownership: deleting,
      repository: table('repository-1', { status: 'inaccessible' }),
      claimed: { kind: 'unread' },
    },
    step: { do: 'refuse', reason: 'RepositoryTableUnreadable' },
  },
])('$when', ({ seen, step }) => {
  expect(decideDeletion(observation(seen))).toMatchObject(step);
});

describe('what is not ours stays', () => {
  test.each<{ readonly when: string; readonly seen: Partial<TablesObservation> }>([
    {
      when: 'tables of another owner',
      seen: { ownership: ours({ owner: { cluster: 'c', namespace: 'n', name: 'o' } }) },
    },
    { when: 'tables of the original module', seen: { ownership: { kind: 'legacy' } } },
    { when: 'tables of something else', seen: { ownership: { kind: 'foreign', why: 'x' } } },
    { when: 'a version table with other keys', seen: { version: table('x', { schemaFits: false }), ownership: none } },
    {
      when: 'an unclaimed version table beside a repository table that nothing calls ours',
      seen: { ownership: none, repository: table('theirs'), known: nothingKnown },
    },
    {
      when: 'a version table that somebody else has just made',
      seen: { ownership: none, repository: missing, known: { ...nothingKnown, versionTable: 'version-0' } },
    },
    {
      when: 'a repository table that says nothing, when no version table is there',
      seen: {
        version: missing,
        ownership: none,
        known: nothingKnown,
        claimed: { kind: 'none', place: 'item', free: false, tagsHidden: false },
      },
    },
    {
      when: 'a repository table that says that it is another’s, though our status knows it',
      seen: { version: missing, ownership: none, claimed: said(theirs) },
    },
    {
      when: 'a repository table made after ours, of which the tags of ours are still told',
      seen: { version: missing, ownership: none, repository: table('repository-9') },
    },
  ])('$when', ({ seen }) => {
    expect(decideDeletion(observation(seen))).toEqual({ do: 'gone' });
  });

  test.each<{ readonly when: string; readonly seen: Partial<TablesObservation> }>([
    { when: 'that somebody put in the place of ours', seen: { repository: table('repository-9') } },
    { when: 'that names another owner', seen: { claimed: said(theirs) } },
    {
      when: 'that names us with another version table',
      seen: { claimed: said({ ...CLAIM, versionTable: 'other-version' }) },
    },
    {
      when: 'that was restored from a backup',
      seen: { claimed: { kind: 'copied', says: OWNER, place: 'item' }, repository: table('repository-9') },
    },
    {
      when: 'with other keys, such as a version table of somebody else',
      seen: { claimed: { kind: 'unread' }, repository: table('repository-1', { schemaFits: false }) },
    },
    {
      when: 'that is free, though we never announced to make one',
      seen: {
        claimed: { kind: 'none', place: 'item', free: true, tagsHidden: false },
        repository: table('repository-9'),
      },
    },
  ])('a repository table $when: only the version table is deleted', ({ seen }) => {
    expect(decideDeletion(observation({ ownership: deleting, ...seen }))).toMatchObject({
      do: 'deleteTable',
      role: 'version',
    });
  });
});
