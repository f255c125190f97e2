import { itemBytes, MAX_ITEM_BYTES } from './item-size.ts';
import type { RepositoryRecord, TagEntry } from './record.ts';
import { recordItem } from './record-item.ts';

/** So many tags fit, however long their names are; below it nothing is measured. */
const FEW_TAGS = 1_000;
/** For what an item has besides the record: provenance, revision, times and the mark of its write. */
const RESERVED_BYTES = 1_024;
const ROOM_BYTES = MAX_ITEM_BYTES - RESERVED_BYTES;
/** Packed tags do not shrink quite as their number does. */
const CAUTION = 0.98;

/** The same record with as many of its newest tags as fit into one item of the table, which are about 10,000. */
export function fitTags(record: RepositoryRecord): RepositoryRecord {
  let fitting = record;
  while (fitting.tags.length > FEW_TAGS) {
    const bytes = sizeOf(fitting);
    if (bytes <= ROOM_BYTES) break;
    fitting = { ...record, tags: newestOf(record.tags, (fitting.tags.length * ROOM_BYTES * CAUTION) / bytes) };
  }
  return fitting;
}

/** By name, as they are in a record. */
function newestOf(tags: readonly TagEntry[], count: number): TagEntry[] {
  const newest = tags.toSorted((a, b) => b.pushedAtMs - a.pushedAtMs).slice(0, count);
  return newest.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function sizeOf(record: RepositoryRecord): number {
  const provenance = { epoch: 0, fingerprint: '', listedAtMs: 0, changedAtMs: 0 };
  return itemBytes(recordItem({ record, ...provenance, revision: 0, deleted: false }, 1));
}
