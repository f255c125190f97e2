import { copySpan, createShards, entryOf, type Numbers, type Shards, type Span } from './shards.ts';
import { wordAt } from './typed.ts';

/** Many rows of numbers, found by their own number from 0; a row that was never written is empty. */
export interface Rows<Memory extends Numbers> {
  length(row: number): number;
  /** The memory that holds the row from `start` on. Both are good until the next write of any row. */
  memory(row: number): Memory;
  start(row: number): number;
  /** Makes the row exactly these values, which are not those of another row. */
  write(row: number, values: Span<Numbers>): void;
  /** Makes the row empty. */
  clear(row: number): void;
}

/** A full shard becomes an eighth larger. */
const GROWTH = 8;

/** Rows of bytes. */
export function createByteRows(): Rows<Buffer> {
  return createRows((length) => Buffer.alloc(length));
}

/** Rows of 32-bit numbers. */
export function createWordRows(): Rows<Uint32Array> {
  return createRows((length) => new Uint32Array(length));
}

function createRows<Memory extends Numbers>(allocate: (length: number) => Memory): Rows<Memory> {
  return rowsIn(createShards({ allocate, roomFor: (length) => length, growth: GROWTH }));
}

/** Rows as the shards hold them, whatever room they have there. */
export function rowsIn<Memory extends Numbers>(shards: Shards<Memory>): Rows<Memory> {
  const start = (row: number) => wordAt(shards.of(row).index, entryOf(row));
  return {
    length: (row) => wordAt(shards.of(row).index, entryOf(row) + 1),
    memory: (row) => shards.of(row).memory,
    start,
    write(row, values) {
      shards.resize(row, values.end - values.start);
      copySpan(values, shards.of(row).memory, start(row));
    },
    clear: (row) => shards.resize(row, 0),
  };
}
