import type { TagGroup } from './manifest-pack.ts';
import type { StoredChunk, TagEntry } from './record.ts';

/**
 * Finds among stored chunks the one that holds exactly these tags, companions and manifests, so that it need not be
 * packed again. What was packed without manifests, or with fewer than are known now, is not it.
 */
export function createChunkFinder(chunks: readonly StoredChunk[]): (group: TagGroup) => StoredChunk | undefined {
  const byFirstName = new Map(chunks.map((chunk) => [firstName(chunk.tags, chunk.manifests?.companions), chunk]));
  return (group) => {
    const chunk = byFirstName.get(firstName(group.tags, group.companions));
    return chunk && isSameContent(group, chunk) ? chunk : undefined;
  };
}

interface Named {
  readonly name: string;
}

function firstName([tag]: readonly Named[], [companion]: readonly Named[] = []): string | undefined {
  return (tag ?? companion)?.name;
}

function isSameContent(group: TagGroup, chunk: StoredChunk): boolean {
  if (!chunk.manifests) return false;
  const { companions, byDigest } = chunk.manifests;
  if (!areSame(group.tags, chunk.tags, isSameTag) || !areSame(group.companions, companions, isSamePush)) return false;
  const digests = new Set([...group.tags, ...group.companions].map(({ digest }) => digest));
  return digests.values().every((digest) => isSameJson(group.manifests.get(digest), byDigest.get(digest)));
}

function areSame<T>(some: readonly T[], others: readonly T[], isSame: (one: T, other: T) => boolean): boolean {
  if (some.length !== others.length) return false;
  return some.every((one, at) => {
    const other = others[at];
    return other !== undefined && isSame(one, other);
  });
}

function isSameTag(one: TagEntry, other: TagEntry): boolean {
  return isSamePush(one, other) && isSameImage(one, other) && isSameJson(one.chart, other.chart);
}

function isSameImage(one: TagEntry, other: TagEntry): boolean {
  const { platforms, sizeBytes, createdAtMs } = other;
  return one.sizeBytes === sizeBytes && one.createdAtMs === createdAtMs && areSameTexts(one.platforms, platforms);
}

type Push = Pick<TagEntry, 'name' | 'digest' | 'pushedAtMs'>;

function isSamePush(one: Push, other: Push): boolean {
  return one.name === other.name && one.digest === other.digest && one.pushedAtMs === other.pushedAtMs;
}

function areSameTexts(some: readonly string[] | undefined, others: readonly string[] | undefined): boolean {
  if (some === undefined || others === undefined) return some === others;
  return areSame(some, others, (one, other) => one === other);
}

/** Whether both are packed to the same bytes. */
function isSameJson(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}
