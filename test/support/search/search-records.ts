import type { RepositoryRecord } from '../../../src/dynamodb/records/record.ts';
import type { InvertedIndex } from '../../../src/search/engine/index/inverted-index.ts';
import { upsertRecord } from '../../../src/search/engine/index/writer.ts';
import { encode, sliceOf } from '../../../src/search/engine/structures/bytes.ts';

/** A record of which only the name matters, unless a test says more. */
export function searchRecord(name: string, fields: Partial<RepositoryRecord> = {}): RepositoryRecord {
  return {
    name,
    title: undefined,
    summary: undefined,
    labels: {},
    isPrivate: false,
    platforms: ['linux/amd64'],
    types: ['image'],
    referrers: [],
    tags: [{ name: 'latest', digest: `sha256:${'0'.repeat(64)}`, pushedAtMs: 1_000, platforms: undefined }],
    pushedAtMs: 1_000,
    createdAtMs: undefined,
    ...fields,
  };
}

/** Writes a record into an index that has no engine; answers with its doc. */
export function indexRecord(index: InvertedIndex, record: RepositoryRecord): number {
  const doc = index.repositories.add(sliceOf(encode(record.name)));
  upsertRecord(index, doc, record);
  return doc;
}
