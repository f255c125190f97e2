import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Item, UnreadableItem } from '../../../../src/dynamodb/items/item.ts';
import type { StoredRecord, TagEntry } from '../../../../src/dynamodb/records/record.ts';
import { mainItem, parseMainItem, SEARCH_ATTRIBUTES } from '../../../../src/dynamodb/records/record-item.ts';
import { layOutTags } from '../../../../src/dynamodb/records/tag-layout.ts';
import { packTags } from '../../../../src/dynamodb/records/tag-pack.ts';
import { codePoint } from '../../../support/code-point.ts';
import { manifestsOf, recordOf } from '../../../support/index/index-records.ts';

const timeMs = fc.integer({ min: 0, max: 4_000_000_000_000 });
const text = fc.string({ unit: codePoint });
const optionalText = fc.option(text, { nil: undefined });
const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`));
const sha256 = hex(64).map((digits) => `sha256:${digits}`);
const sha512 = hex(128).map((digits) => `sha512:${digits}`);
const digest = fc.oneof({ weight: 8, arbitrary: sha256 }, sha512, fc.constantFrom('md5:00', '', 'sha256:ABC'));
const platforms = fc.option(fc.array(text), { nil: undefined });
const minuteMs = fc.integer({ min: 0, max: 60_000_000 }).map((minute) => minute * 60_000);
const tag = fc.record(
  { name: text, digest, pushedAtMs: timeMs, platforms, sizeBytes: fc.maxSafeNat(), createdAtMs: minuteMs },
  { requiredKeys: ['name', 'digest', 'pushedAtMs', 'platforms'] },
);
const labels = fc.dictionary(fc.oneof(text, fc.constantFrom('', '__proto__', 'constructor')), text, {
  noNullPrototype: true,
});

const stored = fc.record<StoredRecord>({
  record: fc.record({
    name: fc.string({ minLength: 1 }),
    title: optionalText,
    summary: optionalText,
    labels,
    isPrivate: fc.boolean(),
    platforms: fc.array(text),
    types: fc.array(text),
    referrers: fc.array(fc.constantFrom('signature', 'sbom', 'attestation')),
    tags: fc.array(tag),
    pushedAtMs: timeMs,
    createdAtMs: fc.option(timeMs, { nil: undefined }),
  }),
  epoch: fc.integer({ min: 1 }),
  revision: fc.integer({ min: 1 }),
  fingerprint: text,
  listedAtMs: timeMs,
  changedAtMs: timeMs,
  deleted: fc.boolean(),
});

const sample: StoredRecord = {
  record: recordOf('team/app'),
  epoch: 1,
  revision: 4,
  fingerprint: 'f',
  listedAtMs: 1,
  changedAtMs: 1_700_000_000_500,
  deleted: false,
};

/** What DynamoDB keeps of an item and gives back. */
function throughDynamo(item: Item): Item {
  return unmarshall(marshall(item, { removeUndefinedValues: true }));
}

const recordItem = (record: StoredRecord, shards: number) =>
  mainItem(record, layOutTags(record.record.tags, []), shards);
const parseRecord = (item: Item) => parseMainItem(item).stored;

describe('a record as an item', () => {
  test('comes back as it was', () => {
    fc.assert(
      fc.property(stored, fc.integer({ min: 1, max: 64 }), (record, shards) => {
        expect(parseRecord(throughDynamo(recordItem(record, shards)))).toEqual(record);
      }),
    );
  });

  test('is read although newer programs wrote more into it', () => {
    const newer = { ...recordItem(sample, 4), popularity: 7 };
    expect(parseRecord(throughDynamo(newer))).toEqual(sample);
  });

  test('gives search each of its attributes but what the indexer alone needs, and the keys of DynamoDB', () => {
    const tags = sample.record.tags.map((tag) => ({ ...tag, chart: { name: 'app', version: '1.0.0' } }));
    const record = { ...sample.record, tags, isPrivate: true };
    const manifests = manifestsOf(tags);
    const gaps = { counts: {}, faults: [], missing: [], retryAtMs: 1 };
    const full: StoredRecord = { ...sample, record, manifests, gaps, reader: 3, hintedAtMs: 1, deleted: true };
    const { parts: _, ...inline } = mainItem(full, layOutTags(tags, [], manifests), 4);
    const written = Object.keys({ ...inline, parts: [] });
    expect(written.filter((attribute) => !SEARCH_ATTRIBUTES.includes(attribute)).sort()).toEqual([
      'expiresAt',
      'feed',
      'gaps',
      'readings',
      'tagCount',
    ]);
    expect(SEARCH_ATTRIBUTES.filter((attribute) => !written.includes(attribute))).toEqual([]);
  });

  test('has its text, times and number of tags in plain sight', () => {
    expect(recordItem(sample, 1)).toMatchObject({
      name: 'team/app',
      title: 'A title',
      summary: 'What it is good for',
      platforms: ['linux/amd64', 'linux/arm64/v8'],
      tagCount: 2,
      changedAt: 1_700_000_000_500,
      feed: 0,
    });
  });

  test('expires a week after its change when it is a tombstone, and never otherwise', () => {
    const day = 24 * 60 * 60;
    expect(recordItem({ ...sample, deleted: true }, 4).expiresAt).toBe(1_700_000_001 + 7 * day);
    expect(recordItem(sample, 4)).not.toHaveProperty('expiresAt');
  });

  test.each<[string, Item]>([
    ['no name', { name: undefined }],
    ['a text as epoch', { epoch: '1' }],
    ['labels that are no JSON', { labels: '{' }],
    ['labels that are no texts', { labels: '{"a":1}' }],
    ['tags that are not packed', { tags: Buffer.from('plain') }],
    ['tags without their digests', { digests: Buffer.alloc(0) }],
    ['platforms that are no list', { platforms: 'linux/amd64' }],
  ])('with %s is refused', (_, wrong) => {
    expect(() => parseRecord({ ...recordItem(sample, 4), ...wrong })).toThrow(UnreadableItem);
  });

  test('names the repository that cannot be read, and why', () => {
    expect(() => parseRecord({ name: 'team/app', labels: '{}' })).toThrow('repository team/app: platforms is not');
  });
});

describe('packed tags', () => {
  test('keep a digest of many tags once, in 32 bytes', () => {
    const same = Array.from({ length: 1_000 }, (_, i): TagEntry => {
      return {
        name: `v${i}`,
        digest: `sha256:${'ab'.repeat(32)}`,
        pushedAtMs: 1_700_000_000_000,
        platforms: undefined,
      };
    });
    expect(packTags(same).digests).toHaveLength(32);
  });

  test('of 8,000 versions, each with an image of its own, fit into an item', () => {
    const many = Array.from({ length: 8_000 }, (_, i): TagEntry => {
      const digits = i.toString(16).padStart(64, '7');
      return {
        name: `1.${i}.0`,
        digest: `sha256:${digits}`,
        pushedAtMs: 1_700_000_000_000 + i * 3_600_000,
        platforms: ['linux/amd64'],
      };
    });
    const { tags, digests } = packTags(many);
    expect(tags.byteLength + digests.byteLength).toBeLessThan(350 * 1024);
  });
});
