import type { RepositoryRecord } from '../../../src/index/record.ts';

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
