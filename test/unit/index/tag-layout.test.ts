import { describe, expect, test } from '@jest/globals';
import type { TagEntry } from '../../../src/index/record.ts';
import { layOutTags, type TagLayout } from '../../../src/index/tag-layout.ts';
import { unpackTags } from '../../../src/index/tag-pack.ts';
import { manyTags } from '../support/index-records.ts';

const idsOf = (layout: TagLayout) => (layout.kind === 'parts' ? layout.parts.map(({ id }) => id) : []);

function tagsOf(layout: TagLayout): TagEntry[] {
  if (layout.kind === 'inline') return unpackTags(layout.packed, 'all');
  const tags = layout.parts.flatMap(({ packed }) => unpackTags(packed, 'a part'));
  return tags.sort((a, b) => (a.name < b.name ? -1 : 1));
}

describe('the tags of a repository', () => {
  test.each([0, 1, 1_500])('are within its item when there are %d of them', (count) => {
    const layout = layOutTags(manyTags(count), 0);
    expect(layout.kind).toBe('inline');
    expect(tagsOf(layout)).toEqual(manyTags(count));
  });

  test.each([5_000, 100_000])('are in parts of a few hundred when there are %d of them', (count) => {
    const layout = layOutTags(manyTags(count), 0);
    expect(tagsOf(layout)).toEqual(manyTags(count));
    expect(count / idsOf(layout).length).toBeLessThanOrEqual(512);
    expect(count / idsOf(layout).length).toBeGreaterThan(200);
    expect(new Set(idsOf(layout)).size).toBe(idsOf(layout).length);
  });

  test('are in the same parts but for one when one of them is pushed, comes or goes', () => {
    const tags = manyTags(20_000);
    const before = idsOf(layOutTags(tags, 0));
    const changes = [
      tags.map((tag, at) => (at === 777 ? { ...tag, pushedAtMs: 5 } : tag)),
      [...tags, { ...tags[0], name: 'zz-new', digest: 'sha256:x', pushedAtMs: 1, platforms: [] }],
      tags.slice(1),
    ];
    for (const changed of changes) {
      const after = idsOf(layOutTags(changed, before.length));
      expect(after.filter((id) => !before.includes(id))).toHaveLength(1);
      expect(before.filter((id) => !after.includes(id))).toHaveLength(1);
    }
  });

  test('stay in as many parts as before while the number of tags goes up and down at the brink', () => {
    const grown = idsOf(layOutTags(manyTags(512 * 16 + 1), 16)).length;
    expect(grown).toBe(32);
    expect(idsOf(layOutTags(manyTags(512 * 16 - 1), grown))).toHaveLength(32);
    expect(idsOf(layOutTags(manyTags(512 * 6), grown))).toHaveLength(32);
    expect(idsOf(layOutTags(manyTags(512 * 16), 2_048))).toHaveLength(16);
  });
});
