import type { Source } from '../api/settings.ts';
import type { StoredRecord } from '../dynamodb/records/record.ts';
import type { RecordStore } from '../dynamodb/records/record-store.ts';
import { createChangedKeyReader } from '../storage/changed-key.ts';
import type { Layout, RepositoryListing } from '../storage/layout.ts';

/** One repository as one place has it. */
export interface RepositoryTags {
  readonly name: string;
  /** By tag: the digest that it points to. Empty where the place has no such repository. */
  readonly tags: ReadonlyMap<string, string>;
  /** Tags that the place lists and cannot say the digest of; they are not compared. */
  readonly unresolved: ReadonlySet<string>;
}

/** All repositories and tags of one place: the index, a registry or a bucket. */
export interface Inventory {
  /** Every repository, in any order; one may be without tags. */
  all(signal: AbortSignal): AsyncIterable<RepositoryTags>;
  /** One of them as it is now. */
  read(name: string, signal: AbortSignal): Promise<RepositoryTags>;
}

interface IndexInventoryOptions {
  readonly records: Pick<RecordStore, 'scan' | 'read'>;
  /** Records of other epochs do not count. */
  readonly epoch: number;
}

const SEGMENTS = 4;

/** What the index holds, companions such as signatures included. */
export function inventoryOfIndex({ records, epoch }: IndexInventoryOptions): Inventory {
  const isShown = (stored: StoredRecord) => stored.epoch === epoch && !stored.deleted;
  return {
    async *all(signal) {
      for await (const page of records.scan(SEGMENTS, signal)) yield* page.filter(isShown).map(recordedTags);
    },
    async read(name, signal) {
      const stored = await records.read(name, signal);
      return stored && isShown(stored) ? recordedTags(stored) : { name, tags: new Map(), unresolved: new Set() };
    },
  };
}

function recordedTags({ record, manifests }: StoredRecord): RepositoryTags {
  const tags = [...record.tags, ...(manifests?.companions ?? [])];
  return {
    name: record.name,
    tags: new Map(tags.map(({ name, digest }) => [name, digest])),
    unresolved: new Set(),
  };
}

interface BucketInventoryOptions {
  readonly layout: Pick<Layout, 'walk' | 'listRepository'>;
  readonly source: Source;
}

const EVERYTHING = { from: undefined, to: undefined };

/** What the registry's storage holds. */
export function inventoryOfBucket({ layout, source }: BucketInventoryOptions): Inventory {
  const readChangedKey = createChangedKeyReader(source);
  const tagsOf = ({ name, tags, unread }: RepositoryListing): RepositoryTags => ({
    name,
    tags: new Map(tags.map((tag) => [tag.name, tag.digest])),
    unresolved: new Set(unread.map(({ key }) => readChangedKey(key)?.tag ?? key)),
  });
  return {
    async *all(signal) {
      for await (const met of layout.walk(EVERYTHING, signal)) if (met.kind === 'repository') yield tagsOf(met.listing);
    },
    read: async (name, signal) => tagsOf(await layout.listRepository(name, signal)),
  };
}
