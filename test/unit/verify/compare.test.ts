import { describe, expect, test } from '@jest/globals';
import { compareRepository, inBoth } from '../../../src/verify/compare.ts';
import type { RepositoryTags } from '../../../src/verify/inventory.ts';

const NAME = 'team/pay';
const digest = (of: string) => `sha256:${of.repeat(64)}`;

function tagsOf(tags: Record<string, string>, ...unresolved: string[]): RepositoryTags {
  const entries = Object.entries(tags).map(([tag, of]) => [tag, digest(of)] as const);
  return { name: NAME, tags: new Map(entries), unresolved: new Set(unresolved) };
}

const compare = (indexed: RepositoryTags, actual: RepositoryTags) => compareRepository({ indexed, actual });
const beside = `sha256-${'a'.repeat(64)}.sig`;

describe('a repository of the index', () => {
  test('does not differ from one with the same tags and digests', () => {
    expect(compare(tagsOf({ v1: 'a', v2: 'b' }), tagsOf({ v2: 'b', v1: 'a' }))).toEqual([]);
    expect(compare(tagsOf({}), tagsOf({}))).toEqual([]);
  });

  test('is missing where the other place has tags of it', () => {
    const missing = { kind: 'MissingRepository', repository: NAME, tags: 2 };
    expect(compare(tagsOf({}), tagsOf({ v1: 'a', v2: 'b' }))).toEqual([missing]);
    expect(compare(tagsOf({}), tagsOf({ v1: 'a', [beside]: 'b' }))).toEqual([missing]);
  });

  test('is not missing where there is nothing but signatures of it, which the index does not show', () => {
    expect(compare(tagsOf({}), tagsOf({ [beside]: 'a', 'v1-esgztoc': 'b' }))).toEqual([]);
  });

  test('is extra where the other place has no tag of it', () => {
    expect(compare(tagsOf({ v1: 'a' }), tagsOf({}))).toEqual([{ kind: 'ExtraRepository', repository: NAME, tags: 1 }]);
  });

  test('has each tag that is missing, extra or other named', () => {
    const indexed = tagsOf({ extra: 'a', other: 'b', same: 'c' });
    const actual = tagsOf({ missing: 'a', other: 'd', same: 'c' });
    expect(compare(indexed, actual)).toEqual([
      { kind: 'ExtraTag', repository: NAME, tag: 'extra', digest: digest('a') },
      { kind: 'MissingTag', repository: NAME, tag: 'missing', digest: digest('a') },
      { kind: 'OtherDigest', repository: NAME, tag: 'other', indexed: digest('b'), actual: digest('d') },
    ]);
  });

  test('has tags that the other place cannot resolve left out', () => {
    expect(compare(tagsOf({ v1: 'a', broken: 'b' }), tagsOf({ v1: 'a' }, 'broken'))).toEqual([]);
    expect(compare(tagsOf({ broken: 'b' }), tagsOf({}, 'broken'))).toEqual([]);
    expect(compare(tagsOf({}), tagsOf({}, 'broken'))).toEqual([]);
    expect(compare(tagsOf({ v1: 'a' }), tagsOf({}, 'broken'))).toEqual([
      { kind: 'ExtraTag', repository: NAME, tag: 'v1', digest: digest('a') },
    ]);
  });
});

test('only what differs in the same way twice counts', () => {
  const stays = compare(tagsOf({ v1: 'a' }), tagsOf({ v1: 'b' }));
  const moves = compare(tagsOf({ v1: 'a' }), tagsOf({ v1: 'c' }));
  expect(inBoth(stays, stays)).toEqual(stays);
  expect(inBoth(stays, moves)).toEqual([]);
  expect(inBoth([], stays)).toEqual([]);
});
