import { describe, expect, test } from '@jest/globals';
import { gapsOf } from '../../../src/dynamodb/records/gaps.ts';
import { isOutdated, READER_VERSION, type StoredRecord } from '../../../src/dynamodb/records/record.ts';
import { mainItem, parseMainItem } from '../../../src/dynamodb/records/record-item.ts';
import { layOutTags } from '../../../src/dynamodb/records/tag-layout.ts';
import { knownFrom, NOTHING_KNOWN, NOTHING_RECOVERED } from '../../../src/indexer/repository/known.ts';
import { formerItem, formerRecord } from '../../support/index/former-item.ts';
import { manifestsOf, manyTags, recordOf } from '../../support/index/index-records.ts';

const tags = manyTags(30);
const stored: StoredRecord = {
  record: { ...recordOf('team/app'), tags },
  reader: READER_VERSION,
  manifests: manifestsOf(tags),
  gaps: gapsOf([{ kind: 'Missing', key: 'team/app@sha256:1', reason: 'is missing', digest: 'sha256:1' }], 5),
  epoch: 3,
  revision: 4,
  fingerprint: 'f',
  listedAtMs: 1,
  changedAtMs: 2,
  deleted: false,
};
const item = mainItem(stored, layOutTags(tags, [], stored.manifests), 4);

describe('a record as another version of the program meets it', () => {
  test('is to the one before what it would have written itself, but that it has to be read again', () => {
    const former = formerRecord(item);
    expect(former).toMatchObject({ name: 'team/app', epoch: 3, fingerprint: 'f', labels: stored.record.labels });
    expect(former.tags).toEqual(tags.map(({ name, digest, pushedAtMs }) => ({ name, digest, pushedAtMs })));
    expect(former.isKnown).toBe(false);
  });

  test.each(['f', 'f?'])(
    'of the one before is shown as it is, known to be outdated, and compared by its fingerprint %s',
    (fingerprint) => {
      const { stored: read, chunks } = parseMainItem(formerItem({ name: 'team/app', epoch: 3, fingerprint, tags }));
      expect(chunks).toEqual([]);
      expect(read).toMatchObject({
        epoch: 3,
        fingerprint: 'f',
        record: { title: 'As it was', labels: { former: 'yes' } },
      });
      expect(read.record.tags.map(({ name }) => name)).toEqual(tags.map(({ name }) => name));
      expect(isOutdated(read)).toBe(true);
      expect(knownFrom(read, NOTHING_RECOVERED)).toEqual(NOTHING_KNOWN);
    },
  );

  test('of the reader before charts is made anew, from the manifests that it has read', () => {
    const former = { ...stored, reader: 1 };
    expect(isOutdated(former)).toBe(true);
    expect(knownFrom(former, NOTHING_RECOVERED).manifests).toEqual(stored.manifests?.byDigest);
  });

  test('of a later one, which says more, is not outdated', () => {
    const later = { ...item, reader: READER_VERSION + 1, popularity: 7 };
    const { stored: read } = parseMainItem(later);
    expect(isOutdated(read)).toBe(false);
    expect(read.record).toEqual({ ...stored.record, representative: stored.manifests?.representative });
    expect(read.gaps).toEqual(stored.gaps);
  });
});
