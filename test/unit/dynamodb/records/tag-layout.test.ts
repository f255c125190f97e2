import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { itemBytes, MAX_ITEM_BYTES } from '../../../../src/dynamodb/items/item-size.ts';
import { packJson } from '../../../../src/dynamodb/items/packed-json.ts';
import { chunkItem, parseChunk } from '../../../../src/dynamodb/records/chunk-item.ts';
import { unpackManifests } from '../../../../src/dynamodb/records/manifest-pack.ts';
import type { InspectedManifests, StoredChunk, TagEntry } from '../../../../src/dynamodb/records/record.ts';
import { layOutTags, type TagLayout } from '../../../../src/dynamodb/records/tag-layout.ts';
import { packTags, unpackTags } from '../../../../src/dynamodb/records/tag-pack.ts';
import { manifestsOf, manyTags } from '../../../support/index/index-records.ts';

const idsOf = (layout: TagLayout) => (layout.kind === 'chunks' ? layout.ids : []);

/** So many chunks, of which nothing else is known. */
const chunksOf = (count: number): StoredChunk[] =>
  Array.from({ length: count }, (_, at) => ({ id: `${at}`, tags: [], manifests: undefined }));

function tagsOf(layout: TagLayout): TagEntry[] {
  if (layout.kind === 'inline') return unpackTags(layout.packed, 'all');
  const tags = layout.packed.flatMap(({ packed }) => unpackTags(packed, 'a chunk'));
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
    const layout = layOutTags(withCharts, [], manifests);
    const read = tagsOf(layout);
    expect(read.map(({ chart, ...tag }) => tag)).toEqual(tags.toSorted((a, b) => (a.name < b.name ? -1 : 1)));
    const charts = new Map(read.flatMap(({ name, chart }) => (chart ? [[name, chart]] : [])));
    expect(charts.size).toBeGreaterThan(500);
    const known = withCharts.flatMap(({ name, chart }) => (charts.has(name) ? [[name, chart] as const] : []));
    expect(charts).toEqual(new Map(known));
    const chunks = layout.kind === 'chunks' ? layout.packed : [];
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
    const layout = layOutTags(tags, [], manifests);
    const packed = layout.kind === 'inline' ? [layout.packed] : layout.packed.map((chunk) => chunk.packed);
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
    expect(tagsOf(layOutTags(charts.slice(0, count), []))).toEqual(charts.slice(0, count));
  });

  test('change the chunk that they are in', () => {
    const before = idsOf(layOutTags(charts, []));
    const changed = charts.map((tag) => (tag.chart?.createdAtMs === 7 ? { ...tag, chart: undefined } : tag));
    expect(idsOf(layOutTags(changed, chunksOf(before.length))).filter((id) => !before.includes(id))).toHaveLength(1);
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
    const layout = layOutTags(manyTags(count), []);
    expect(layout.kind).toBe('inline');
    expect(tagsOf(layout)).toEqual(manyTags(count));
  });

  test.each([5_000, 100_000])('are in chunks of a few hundred when there are %d of them', (count) => {
    const layout = layOutTags(manyTags(count), []);
    expect(tagsOf(layout)).toEqual(manyTags(count));
    expect(count / idsOf(layout).length).toBeLessThanOrEqual(512);
    expect(count / idsOf(layout).length).toBeGreaterThan(200);
    expect(new Set(idsOf(layout)).size).toBe(idsOf(layout).length);
  });

  test('are in the same chunks but for one when one of them is pushed, comes or goes', () => {
    const tags = manyTags(20_000);
    const before = idsOf(layOutTags(tags, []));
    const changes = [
      tags.map((tag, at) => (at === 777 ? { ...tag, pushedAtMs: 5 } : tag)),
      [...tags, { ...tags[0], name: 'zz-new', digest: 'sha256:x', pushedAtMs: 1, platforms: [] }],
      tags.slice(1),
    ];
    for (const changed of changes) {
      const after = idsOf(layOutTags(changed, chunksOf(before.length)));
      expect(after.filter((id) => !before.includes(id))).toHaveLength(1);
      expect(before.filter((id) => !after.includes(id))).toHaveLength(1);
    }
  });

  test('stay in as many chunks as before while the number of tags goes up and down at the brink', () => {
    const grown = idsOf(layOutTags(manyTags(512 * 16 + 1), chunksOf(16))).length;
    expect(grown).toBe(32);
    expect(idsOf(layOutTags(manyTags(512 * 16 - 1), chunksOf(grown)))).toHaveLength(32);
    expect(idsOf(layOutTags(manyTags(512 * 6), chunksOf(grown)))).toHaveLength(32);
    expect(idsOf(layOutTags(manyTags(512 * 16), chunksOf(2_048)))).toHaveLength(16);
  });
});

describe('tags of which most are stored already', () => {
  interface State {
    readonly tags: readonly TagEntry[];
    readonly manifests: InspectedManifests;
  }

  const all = manyTags(2_400).map((tag, at) =>
    at % 3 === 0 ? tag : { ...tag, chart: { name: 'shop', version: `1.0.${at}`, keywords: ['web'] } },
  );
  const known = manifestsOf(all);
  const start: State = { tags: all.slice(0, 2_000), manifests: known };

  const place = fc.nat(all.length - 1);
  const digest = fc.nat(9).map((at) => `sha256:${`${at}`.repeat(64)}`);
  const readings = fc.constantFrom(
    { facts: { kind: 'image', sizeBytes: 1 }, problems: [] } as const,
    { facts: undefined, problems: [{ kind: 'Missing', digest: 'sha256:x', reason: 'gone' }] } as const,
    undefined,
  );
  const tagAt = (at: number) => all[at] ?? { name: 'odd', digest: 'odd', pushedAtMs: 0, platforms: undefined };
  const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
  const withTag = ({ tags, manifests }: State, tag: TagEntry): State => {
    return { tags: [...tags.filter(({ name }) => name !== tag.name), tag].sort(byName), manifests };
  };
  const change = fc.oneof(
    fc.record({ place, digest, pushedAtMs: fc.nat() }).map(({ place, ...push }) => (state: State) => {
      return withTag(state, { ...tagAt(place), ...push });
    }),
    fc.record({ place, platforms: fc.constantFrom(undefined, [], ['linux/arm64']) }).map(
      ({ place, platforms }) =>
        (state: State) =>
          withTag(state, { ...tagAt(place), platforms, chart: undefined }),
    ),
    place.map((at) => ({ tags, manifests }: State) => {
      return { tags: tags.filter(({ name }) => name !== tagAt(at).name), manifests };
    }),
    fc.record({ place, reading: readings }).map(({ place, reading }) => ({ tags, manifests }: State) => {
      const byDigest = new Map(manifests.byDigest);
      if (reading) byDigest.set(tagAt(place).digest, reading);
      else byDigest.delete(tagAt(place).digest);
      return { tags, manifests: { ...manifests, byDigest } };
    }),
    fc.record({ place, digest }).map(({ place, digest }) => ({ tags, manifests }: State) => {
      const others = manifests.companions.filter((_, at) => at !== place);
      const added = { name: `sha256-${place}.sig`, digest, pushedAtMs: place };
      const companions = [...others.filter(({ name }) => name !== added.name), added].sort(byName);
      return { tags, manifests: { ...manifests, companions } };
    }),
    fc.constant(({ manifests }: State) => ({ tags: all.slice(0, 5), manifests })),
    fc.constant(() => start),
  );

  /** What is read again of chunks, by their ids. */
  function readBack(layout: TagLayout, stored: readonly StoredChunk[]): StoredChunk[] {
    const { ids, packed } = layout.kind === 'chunks' ? layout : { ids: [], packed: [] };
    const read = packed.map((chunk): StoredChunk => {
      const item = chunkItem('team/app', chunk, { epoch: 1, revision: 1, writtenAtMs: 1 });
      const { tags = [], readings } = parseChunk(item) ?? {};
      return { id: chunk.id, tags, manifests: readings && unpackManifests(readings, tags) };
    });
    const byId = new Map([...stored, ...read].map((chunk) => [chunk.id, chunk]));
    return ids.flatMap((id) => byId.get(id) ?? []);
  }

  test('are laid out as if none were, and only what has changed is packed', () => {
    fc.assert(
      fc.property(fc.array(fc.array(change, { minLength: 1, maxLength: 4 }), { maxLength: 5 }), (writes) => {
        let state = start;
        let stored: StoredChunk[] = [];
        for (const changes of [[], ...writes]) {
          state = changes.reduce((now: State, next) => next(now), state);
          const { tags, manifests } = state;
          const layout = layOutTags(tags, stored, manifests);
          const whole = layOutTags(tags, chunksOf(stored.length), manifests);
          expect(idsOf(layout)).toEqual(idsOf(whole));
          const before = new Set(stored.map(({ id }) => id));
          const packed = layout.kind === 'chunks' ? layout.packed : [];
          expect(packed.map(({ id }) => id)).toEqual(idsOf(whole).filter((id) => !before.has(id)));
          if (layout.kind === 'inline') expect(layout).toEqual(whole);
          stored = readBack(layout, stored);
          expect(stored).toHaveLength(idsOf(layout).length);
        }
      }),
      { numRuns: 8 },
    );
  });

  test('are packed all where they were stored without manifests, or are written without', () => {
    const { tags, manifests } = start;
    const plain = layOutTags(tags, [], manifests);
    const stored = readBack(plain, []);
    const bare = stored.map((chunk) => ({ ...chunk, manifests: undefined }));
    expect(layOutTags(tags, bare, manifests)).toEqual(plain);
    expect(layOutTags(manyTags(5_000), stored)).toEqual(layOutTags(manyTags(5_000), chunksOf(stored.length)));
    expect(layOutTags(tags, stored, manifests)).toEqual({ kind: 'chunks', ids: idsOf(plain), packed: [] });
  });
});
