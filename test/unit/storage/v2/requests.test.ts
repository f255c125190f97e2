import { expect, test } from '@jest/globals';
import { cutRanges, sampleNames } from '../../../../src/indexer/backfill/plan.ts';
import type { NameRange } from '../../../../src/storage/layout.ts';
import { createPageHandOver } from '../../../../src/storage/listing/page-hand-over.ts';
import type { ObjectStorage } from '../../../../src/storage/object-storage.ts';
import { createV2Keys } from '../../../../src/storage/v2/keys.ts';
import { createV2Layout } from '../../../../src/storage/v2/layout.ts';
import { createTagCollector } from '../../../../src/storage/v2/tag-collector.ts';
import { createWholeV2Registry } from '../../../../src/storage/v2/whole-registry.ts';
import { modelledCount, modelledWalk } from '../../../bench/backfill/list-model.ts';
import { createSyntheticBucket, type SyntheticBucket } from '../../../bench/backfill/synthetic-bucket.ts';
import { collect } from '../../../support/collect.ts';
import { createMemoryStorage } from '../../../support/registry/memory-storage.ts';
import { layOut } from '../../../support/registry/registry-model.ts';

const { signal } = new AbortController();
const EVERYTHING: NameRange = { from: undefined, to: undefined };

function storageOf(bucket: SyntheticBucket): ObjectStorage & { readonly requests: { lists: number } } {
  const requests = { lists: 0 };
  return {
    requests,
    async list({ prefix, startAfter, delimiter, maxKeys = 1_000, continuationToken }) {
      requests.lists += 1;
      const page = bucket.list({ prefix, startAfter: continuationToken ?? startAfter ?? '', delimiter, maxKeys });
      const { keys, commonPrefixes, truncated } = page;
      const last = keys.at(-1)?.key ?? commonPrefixes.at(-1);
      const objects = keys.map((key) => ({ ...key, lastModifiedMs: 1 }));
      return { objects, commonPrefixes, continuationToken: truncated ? last : undefined };
    },
    get: async () => ({ kind: 'missing' }),
  };
}

/** To see that a store lists by the bytes of keys. */
const PROBES = 2;

test.each([
  [1_000, 5],
  [10_000, 1],
])(
  'of %d repositories with %d tags each are those of the model and two, in however many ranges',
  async (count, tags) => {
    const bucket = createSyntheticBucket({ repositories: count, tagsEach: tags, images: count });
    const storage = storageOf(bucket);
    const layout = createV2Layout({ storage, rootDirectory: '', now: Date.now });
    const { boundaries } = cutRanges(1, await sampleNames(layout.listNames(signal)));
    expect(boundaries.length).toBeGreaterThan(4);
    const ofNames = storage.requests.lists;
    expect(ofNames).toBeLessThanOrEqual(modelledCount(count) + 3);
    let met = 0;
    for (const [at, from] of [undefined, ...boundaries].entries())
      met += (await collect(layout.walk({ from, to: boundaries[at] }, signal))).length;
    expect(met).toBe(count);
    expect(storage.requests.lists - ofNames).toBeLessThanOrEqual(modelledWalk(bucket) + PROBES);
    storage.requests.lists = 0;
    await collect(createV2Layout({ storage, rootDirectory: '', now: Date.now }).scanFingerprints(EVERYTHING, signal));
    expect(storage.requests.lists).toBeLessThanOrEqual(modelledWalk(bucket) + PROBES);
  },
);

test('of a listing of everything are one a page, and one for each repository that is not kept', async () => {
  const names = Array.from({ length: 30 }, (_, at) => `app${10 + at}`);
  const registry = names.map((name) => ({ name, tags: [{ name: 'latest', content: name, pushedAtMs: 1 }] }));
  const objects = layOut(registry);
  const storage = createMemoryStorage(objects, { pageSize: 10 });
  const keys = createV2Keys('');
  const listed: string[] = [];
  const whole = createWholeV2Registry({
    storage,
    keys,
    now: Date.now,
    handOver: createPageHandOver(Date.now),
    maxTags: 12,
    async list(name) {
      listed.push(name);
      return createTagCollector(name, 0).collected();
    },
  });
  const read = async (range: NameRange) =>
    (await collect(whole.read(range, signal))).map((met) => met.kind === 'repository' && met.listing.name);
  expect(await read(EVERYTHING)).toEqual(names);
  expect(listed).toEqual(names.slice(12));
  const lists = Math.ceil(objects.size / 10);
  expect(storage.requests.lists).toBe(lists);
  expect([...(await read({ from: 'app20', to: 'app25' }))]).toEqual(names.slice(10, 15));
  expect(await collect(whole.places(signal))).toEqual(names);
  expect(storage.requests.lists).toBe(lists);
  await read(EVERYTHING);
  expect(storage.requests.lists).toBe(2 * lists);
});
