import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { packJson } from '../../../../src/dynamodb/items/item.ts';
import { itemBytes, MAX_ITEM_BYTES } from '../../../../src/dynamodb/items/item-size.ts';
import { chunkItem } from '../../../../src/dynamodb/records/chunk-item.ts';
import { unpackManifests } from '../../../../src/dynamodb/records/manifest-pack.ts';
import type { TagEntry } from '../../../../src/dynamodb/records/record.ts';
import { layOutTags, type TagLayout } from '../../../../src/dynamodb/records/tag-layout.ts';
import { packTags, unpackTags } from '../../../../src/dynamodb/records/tag-pack.ts';
import { manifestsOf, manyTags } from '../../../support/index/index-records.ts';

const idsOf = (layout: TagLayout) => (layout.kind === 'chunks' ? layout.chunks.map(({ id }) => id) : []);

function tagsOf(layout: TagLayout): TagEntry[] {
  if (layout.kind === 'inline') return unpackTags(layout.packed, 'all');
  const tags = layout.chunks.flatMap(({ packed }) => unpackTags(packed, 'a chunk'));
  return tags.sort((a, b) => (a.name < b.name ? -1 : 1));
}

describe('what was read of tags', () => {
  test('never makes an item too large, and is left out rather than a tag', () => {
    const text = (at: number) => createHash('sha512').update(`${at}`).digest('hex').repeat(4);
    const tags = manyTags(4_000).map((tag, at) => ({ ...tag, name: `${tag.name}${text(at).slice(0, 90)}` }));
    const withCharts = tags.map((tag, at) => ({ ...tag, chart: { name: text(at), version: text(at + 1) } }));
    const manifests = {
      representative: undefined,
      companions: [],
      byDigest: new Map(
        tags.map(({ digest }, at) => {
          const chart = { name: text(at), version: text(at + 1), description: text(at + 2), home: text(at + 3) };
          return [digest, { facts: { kind: 'chart', chart } as const, problems: [] }] as const;
        }),
      ),
    };
    const layout = layOutTags(withCharts, 0, manifests);
    const read = tagsOf(layout);
    expect(read.map(({ chart, ...tag }) => tag)).toEqual(tags.toSorted((a, b) => (a.name < b.name ? -1 : 1)));
    const charts = new Map(read.flatMap(({ name, chart }) => (chart ? [[name, chart]] : [])));
    expect(charts.size).toBeGreaterThan(500);
    const known = withCharts.flatMap(({ name, chart }) => (charts.has(name) ? [[name, chart] as const] : []));
    expect(charts).toEqual(new Map(known));
    const chunks = layout.kind === 'chunks' ? layout.chunks : [];
    for (const chunk of chunks) {
      const item = chunkItem('team/app', chunk, { epoch: 1, revision: 1, writtenAtMs: 1 });
      expect(itemBytes(item)).toBeLessThan(MAX_ITEM_BYTES);
    }
    const kept = chunks.flatMap(({ packed }) => {
      const read = packed.readings && unpackManifests(packed.readings, unpackTags(packed, 'a chunk'));
      return [...(read?.byDigest ?? [])];
    });
    expect(kept.length).toBeGreaterThan(500);
    for (const [digest, reading] of kept) expect(reading).toEqual(manifests.byDigest.get(digest));
  });

  test.each([0, 1, 3, 700, 5_000])('comes back with the companions of %d tags', (count) => {
    const tags = manyTags(count);
    const manifests = manifestsOf(tags);
    const layout = layOutTags(tags, 0, manifests);
    const packed = layout.kind === 'inline' ? [layout.packed] : layout.chunks.map((chunk) => chunk.packed);
    const read = packed.map((each) => each.readings && unpackManifests(each.readings, unpackTags(each, 'all')));
    const companions = read.flatMap((each) => each?.companions ?? []);
    expect(companions.sort((a, b) => (a.name < b.name ? -1 : 1))).toEqual(manifests.companions);
    expect(new Map(read.flatMap((each) => [...(each?.byDigest ?? [])]))).toEqual(manifests.byDigest);
    expect(tagsOf(layout)).toEqual(tags);
  });

  test('that cannot be read is as if it was not there', () => {
    const tags = manyTags(2);
    expect(unpackManifests(Buffer.from('nonsense'), tags)).toBeUndefined();
    for (const value of [null, [], {}, { companions: {}, readings: [] }, { companions: [], readings: {} }])
      expect(unpackManifests(packJson(value), tags)).toBeUndefined();
    const columns = { names: ['a', 'b'], times: [1], digests: ['sha256:a'] };
    const odd = { companions: columns, readings: [[7, {}], ['x'], 'y', [0, { facts: { kind: 'new' } }]] };
    expect(unpackManifests(packJson(odd), tags)).toEqual({
      byDigest: new Map(),
      companions: [{ name: 'a', digest: 'sha256:a', pushedAtMs: 1 }],
    });
  });
});

describe('the charts of tags', () => {
  const charts = manyTags(6_000).map((tag, at) =>
    at % 3 === 0 ? tag : { ...tag, chart: { name: 'shop', version: `1.0.${at}`, keywords: ['web'], createdAtMs: at } },
  );

  test.each([3, 600, 6_000])('come back, of %d', (count) => {
    expect(tagsOf(layOutTags(charts.slice(0, count), 0))).toEqual(charts.slice(0, count));
  });

  test('change the chunk that they are in', () => {
    const before = idsOf(layOutTags(charts, 0));
    const changed = charts.map((tag) => (tag.chart?.createdAtMs === 7 ? { ...tag, chart: undefined } : tag));
    expect(idsOf(layOutTags(changed, before.length)).filter((id) => !before.includes(id))).toHaveLength(1);
  });

  test('that cannot be read are as if they were not there', () => {
    const [tag] = manyTags(1);
    const packed = packTags(manyTags(1));
    for (const value of [
      null,
      {},
      [7],
      [[0, {}]],
      [['0', { name: 'a', version: '1' }]],
      [[0, { name: 'a', version: 1 }]],
    ])
      expect(unpackTags({ ...packed, charts: packJson(value) }, 'all')).toEqual([tag]);
  });
});

describe('the tags of a repository', () => {
  test.each([0, 1, 1_500])('are within its item when there are %d of them', (count) => {
    const layout = layOutTags(manyTags(count), 0);
    expect(layout.kind).toBe('inline');
    expect(tagsOf(layout)).toEqual(manyTags(count));
  });

  test.each([5_000, 100_000])('are in chunks of a few hundred when there are %d of them', (count) => {
    const layout = layOutTags(manyTags(count), 0);
    expect(tagsOf(layout)).toEqual(manyTags(count));
    expect(count / idsOf(layout).length).toBeLessThanOrEqual(512);
    expect(count / idsOf(layout).length).toBeGreaterThan(200);
    expect(new Set(idsOf(layout)).size).toBe(idsOf(layout).length);
  });

  test('are in the same chunks but for one when one of them is pushed, comes or goes', () => {
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

  test('stay in as many chunks as before while the number of tags goes up and down at the brink', () => {
    const grown = idsOf(layOutTags(manyTags(512 * 16 + 1), 16)).length;
    expect(grown).toBe(32);
    expect(idsOf(layOutTags(manyTags(512 * 16 - 1), grown))).toHaveLength(32);
    expect(idsOf(layOutTags(manyTags(512 * 6), grown))).toHaveLength(32);
    expect(idsOf(layOutTags(manyTags(512 * 16), 2_048))).toHaveLength(16);
  });
});
