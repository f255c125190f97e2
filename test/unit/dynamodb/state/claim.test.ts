import { describe, expect, test } from '@jest/globals';
import {
  type ClaimFacts,
  type ClaimMatch,
  type ClaimState,
  claimStateOf,
  claimTags,
  compareClaim,
  ownerTags,
  type SaidClaim,
  saidByTags,
} from '../../../../src/dynamodb/state/claim.ts';

const owner = { cluster: 'c-1', namespace: 'team', name: 'images' };
const claim = { owner, versionTable: 'db-version' };
const mine: SaidClaim = { ...owner, versionTable: 'db-version' };
const theirs: SaidClaim = { cluster: 'c-2', namespace: 'other', name: 'charts', versionTable: 'their-version' };
const theirTags = {
  'registryindex.dev/cluster': 'c-2',
  'registryindex.dev/namespace': 'other',
  'registryindex.dev/name': 'charts',
};

test('tags say what they were made from', () => {
  expect(claimTags(claim)).toEqual({
    'registryindex.dev/cluster': 'c-1',
    'registryindex.dev/namespace': 'team',
    'registryindex.dev/name': 'images',
    'registryindex.dev/version-table': 'db-version',
  });
  expect(saidByTags({ ...claimTags(claim), team: 'web' })).toEqual(mine);
  expect(saidByTags(ownerTags(owner))).toEqual(owner);
  expect(saidByTags({ team: 'web' })).toEqual({});
  expect(saidByTags('denied')).toEqual({});
});

test.each<[string, SaidClaim, ClaimMatch]>([
  ['all of it', mine, 'same'],
  ['the owner alone, as earlier versions did', owner, 'unfinished'],
  ['all but the name', { cluster: 'c-1', namespace: 'team', versionTable: 'db-version' }, 'unfinished'],
  ['another owner with that version table', { ...mine, name: 'charts' }, 'otherOwner'],
  ['the owner’s name in another cluster with that version table', { ...mine, cluster: 'c-2' }, 'otherOwner'],
  ['the owner with another version table', { ...mine, versionTable: 'x' }, 'other'],
  ['another owner alone', { ...owner, namespace: 'other' }, 'other'],
  ['all of another', theirs, 'other'],
])('a table that says %s is compared', (_, says, match) => {
  expect(compareClaim(says, claim)).toBe(match);
});

const nothing: ClaimFacts = { identity: 'table-1', tags: {}, place: 'tags', item: undefined, isEmpty: true };

describe('what a table says', () => {
  test.each<[string, Partial<ClaimFacts>, ClaimState]>([
    ['is nothing without tags', {}, { kind: 'none', place: 'tags', free: false, tagsHidden: false }],
    [
      'is nothing where tags are not kept; an empty one is free',
      { tags: 'unsupported', place: 'item' },
      { kind: 'none', place: 'item', free: true, tagsHidden: false },
    ],
    [
      'is nothing, and one that holds something is not free',
      { tags: 'unsupported', place: 'item', isEmpty: false },
      { kind: 'none', place: 'item', free: false, tagsHidden: false },
    ],
    [
      'may be hidden, and then not even an empty one is free',
      { tags: 'denied', place: 'item' },
      { kind: 'none', place: 'item', free: false, tagsHidden: true },
    ],
    ['is in its tags', { tags: claimTags(claim) }, { kind: 'said', says: mine, by: 'tags', place: 'tags' }],
    [
      'is in its tags, though an item says otherwise',
      { tags: claimTags(claim), item: { says: theirs, table: 'table-1' } },
      { kind: 'said', says: mine, by: 'tags', place: 'tags' },
    ],
    [
      'is in an item where tags leave it open',
      { tags: ownerTags(owner), item: { says: mine, table: 'table-1' } },
      { kind: 'said', says: mine, by: 'item', place: 'tags' },
    ],
    [
      'is in tags that contradict an item',
      { tags: theirTags, item: { says: mine, table: 'table-1' } },
      { kind: 'said', says: { cluster: 'c-2', namespace: 'other', name: 'charts' }, by: 'tags', place: 'tags' },
    ],
    [
      'is in an item where there are no tags',
      { tags: 'unsupported', place: 'item', item: { says: mine, table: 'table-1' } },
      { kind: 'said', says: mine, by: 'item', place: 'item' },
    ],
    [
      'does not count when the item was written for another table',
      { tags: 'unsupported', place: 'item', item: { says: mine, table: 'table-0' } },
      { kind: 'copied', says: mine, place: 'item' },
    ],
  ])('%s', (_, facts, state) => {
    expect(claimStateOf({ ...nothing, ...facts })).toEqual(state);
  });
});
