import type { StoredRecord } from '../dynamodb/records/record.ts';
import type { RecordStore } from '../dynamodb/records/record-store.ts';
import type { Inventory, RepositoryTags } from './inventory.ts';

export interface IndexInventoryOptions {
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
      for await (const page of records.scan(SEGMENTS, signal)) yield* page.filter(isShown).map(tagsOf);
    },
    async read(name, signal) {
      const stored = await records.read(name, signal);
      return stored && isShown(stored) ? tagsOf(stored) : { name, tags: new Map(), unresolved: new Set() };
    },
  };
}

function tagsOf({ record, manifests }: StoredRecord): RepositoryTags {
  const tags = [...record.tags, ...(manifests?.companions ?? [])];
  return {
    name: record.name,
    tags: new Map(tags.map(({ name, digest }) => [name, digest])),
    unresolved: new Set(),
  };
}
