import { createHash } from 'node:crypto';
import type { InspectedManifests, RepositoryRecord, TagEntry } from '../../../src/dynamodb/records/record.ts';
import type { OwnershipRecord } from '../../../src/dynamodb/state/ownership.ts';

/** A small record, complete in every field. */
export function recordOf(name: string): RepositoryRecord {
  return {
    name,
    title: 'A title',
    summary: 'What it is good for',
    labels: { 'org.opencontainers.image.vendor': 'Example' },
    isPrivate: false,
    platforms: ['linux/amd64', 'linux/arm64/v8'],
    types: ['image'],
    referrers: ['signature'],
    tags: [
      { name: '1.0', digest: `sha256:${'a'.repeat(64)}`, pushedAtMs: 1_700_000_000_000, platforms: undefined },
      {
        name: 'latest',
        digest: `sha256:${'a'.repeat(64)}`,
        pushedAtMs: 1_700_000_001_000,
        platforms: ['linux/amd64', 'linux/arm64/v8'],
      },
    ],
    pushedAtMs: 1_700_000_001_000,
    createdAtMs: 1_699_999_999_000,
  };
}

/** The ownership record of one epoch, complete in every field. */
export function ownershipRecordOf(epoch: number): OwnershipRecord {
  return {
    owner: { cluster: 'c-1', namespace: 'registry', name: 'main' },
    ownerSeenAtMs: 1_700_000_000_000,
    epoch,
    repositoryTable: undefined,
    source: 's3://bucket/#Auto',
    feedShards: 8,
    intent: 'creating',
    complete: false,
    refill: false,
    startedAtMs: 1_700_000_000_000,
    completedAtMs: undefined,
  };
}

/** What was read of tags, each somewhat different, with a signature beside every one. */
export function manifestsOf(tags: readonly TagEntry[]): InspectedManifests {
  const companions = tags.map(({ digest, pushedAtMs }) => ({
    name: `${digest.replace(':', '-')}.sig`,
    digest: digest.replace(/^sha256:./, 'sha256:f'),
    pushedAtMs,
  }));
  const manifests = tags.map(({ digest, platforms }, at) => {
    const facts = {
      kind: 'image',
      platforms,
      sizeBytes: 1_000_000 + at * 977,
      createdAtMs: 1_600_000_000_000 + at,
    } as const;
    return [digest, { facts, problems: [] }] as const;
  });
  return {
    representative: tags[0]?.name,
    byDigest: new Map(manifests),
    companions: companions.sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

/** So many tags, sorted by name, each of a manifest of its own. */
export function manyTags(count: number): TagEntry[] {
  const tags = Array.from({ length: count }, (_, at) => {
    const hex = createHash('sha256').update(`${at}`).digest('hex');
    return {
      name: `build-${hex.slice(0, 12)}`,
      digest: `sha256:${hex}`,
      pushedAtMs: 1_700_000_000_000 + at,
      platforms: ['linux/amd64'],
    };
  });
  return tags.sort((a, b) => (a.name < b.name ? -1 : 1));
}
