import { describe, expect, test } from '@jest/globals';
import type { Marker } from '../../../../src/index/marker.ts';
import { decideDeletion } from '../../../../src/operator/tables/decide-deletion.ts';
import type { TablesObservation } from '../../../../src/operator/tables/observation.ts';
import { marker, missing, nothingKnown, OWNER, observation, table } from '../support/resources.ts';

const ours = (fields: Partial<Marker>): TablesObservation['marker'] => ({ kind: 'ours', marker: marker(fields) });
const deleting = ours({ intent: 'deleting' });
const none = { kind: 'none' } as const;

interface Case {
  readonly when: string;
  readonly seen: Partial<TablesObservation>;
  readonly step: object;
}

test.each<Case>([
  {
    when: 'the intent is written before anything is deleted',
    seen: {},
    step: { do: 'updateMarker', news: 'Deleting', next: { intent: 'deleting' } },
  },
  {
    when: 'the repository table goes first',
    seen: { marker: deleting },
    step: { do: 'deleteTable', role: 'repository' },
  },
  {
    when: 'while it is being deleted nothing is done',
    seen: { marker: deleting, repository: table('repository-1', { status: 'deleting' }) },
    step: { do: 'wait' },
  },
  {
    when: 'the version table, which says whose they are, goes last',
    seen: { marker: deleting, repository: missing },
    step: { do: 'deleteTable', role: 'version' },
  },
  {
    when: 'while that is being deleted nothing is done',
    seen: { version: table('version-1', { status: 'deleting' }), marker: none, repository: missing },
    step: { do: 'wait' },
  },
  { when: 'then all is gone', seen: { version: missing, marker: none, repository: missing }, step: { do: 'gone' } },
  {
    when: 'a table that is just being updated is waited for',
    seen: { marker: deleting, repository: table('repository-1', { status: 'updating' }) },
    step: { do: 'wait' },
  },
  {
    when: 'a table that is made but not yet written down is ours: the marker announced it',
    seen: { marker: ours({ intent: 'deleting', repositoryTable: undefined }) },
    step: { do: 'deleteTable', role: 'repository' },
  },
  {
    when: 'an archived repository table can be deleted',
    seen: { marker: deleting, repository: table('repository-1', { status: 'archived' }) },
    step: { do: 'deleteTable', role: 'repository' },
  },
  {
    when: 'a repository table that the status knows is ours even when the version table was deleted by hand',
    seen: { version: missing, marker: none },
    step: { do: 'deleteTable', role: 'repository' },
  },
  {
    when: 'a version table that was made but not claimed yet is claimed first',
    seen: { marker: none, repository: missing, known: nothingKnown },
    step: { do: 'claim', marker: { owner: OWNER, repositoryTable: undefined } },
  },
  {
    when: 'a version table whose key is lost needs a person',
    seen: { version: table('version-1', { status: 'inaccessible' }), marker: none },
    step: { do: 'refuse', reason: 'VersionTableUnreadable' },
  },
])('$when', ({ seen, step }) => {
  expect(decideDeletion(observation(seen))).toMatchObject(step);
});

describe('what is not ours stays', () => {
  test.each<{ readonly when: string; readonly seen: Partial<TablesObservation> }>([
    { when: 'tables of another owner', seen: { marker: ours({ owner: { cluster: 'c', namespace: 'n', name: 'o' } }) } },
    { when: 'tables of the original module', seen: { marker: { kind: 'legacy' } } },
    { when: 'tables of something else', seen: { marker: { kind: 'foreign', why: 'x' } } },
    { when: 'a version table with other keys', seen: { version: table('x', { schemaFits: false }), marker: none } },
    {
      when: 'an unclaimed version table beside a repository table that nothing calls ours',
      seen: { marker: none, repository: table('theirs') },
    },
    {
      when: 'a repository table that nothing calls ours',
      seen: { version: missing, marker: none, known: nothingKnown },
    },
  ])('$when', ({ seen }) => {
    expect(decideDeletion(observation(seen))).toEqual({ do: 'gone' });
  });

  test('a repository table that somebody put in the place of ours: only the version table is deleted', () => {
    const seen = { marker: deleting, repository: table('repository-9') };
    expect(decideDeletion(observation(seen))).toEqual({ do: 'deleteTable', role: 'version' });
  });
});
