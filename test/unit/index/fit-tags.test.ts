import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { fitTags } from '../../../src/index/fit-tags.ts';
import { itemBytes, MAX_ITEM_BYTES } from '../../../src/index/item-size.ts';
import type { RepositoryRecord } from '../../../src/index/record.ts';
import { recordItem } from '../../../src/index/record-item.ts';
import { recordOf } from '../support/index-records.ts';

/** Every third tag is older than all others. */
function recordWith(count: number): RepositoryRecord {
  const tags = Array.from({ length: count }, (_, at) => {
    const hex = createHash('sha256').update(`${at}`).digest('hex');
    const pushedAtMs = at % 3 === 0 ? at : 1_700_000_000_000 + at;
    return { name: `${hex.slice(0, 20)}`, digest: `sha256:${hex}`, pushedAtMs, platforms: ['linux/amd64'] };
  });
  return { ...recordOf('team/large'), tags: tags.sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

function bytesOf(record: RepositoryRecord): number {
  const provenance = { epoch: 1, fingerprint: 'f', listedAtMs: 1_700_000_000_000, changedAtMs: 1_700_000_000_000 };
  return itemBytes(recordItem({ record, ...provenance, revision: 1, deleted: false }, 8));
}

describe('the tags of a record', () => {
  test.each([1, 1_000, 5_000])('are all kept when there are %d of them', (count) => {
    const record = recordWith(count);
    expect(fitTags(record)).toEqual(record);
  });

  test.each([15_000, 60_000])('are the newest, by name, when there are %d of them', (count) => {
    const record = recordWith(count);
    expect(bytesOf(record)).toBeGreaterThan(MAX_ITEM_BYTES);
    const { tags, ...rest } = fitTags(record);
    const bytes = bytesOf({ ...rest, tags });
    expect(bytes).toBeLessThan(MAX_ITEM_BYTES);
    expect(bytes).toBeGreaterThan(0.9 * MAX_ITEM_BYTES);
    const newest = record.tags.toSorted((a, b) => b.pushedAtMs - a.pushedAtMs).slice(0, tags.length);
    expect(tags).toEqual(newest.sort((a, b) => (a.name < b.name ? -1 : 1)));
    expect(rest).toEqual((({ tags: _, ...others }) => others)(record));
  });
});
