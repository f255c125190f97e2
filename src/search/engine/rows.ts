import { copySpan, createShards, entryOf, type Numbers, type Shard, type Shards, type Span } from './shards.ts';
import { wordAt } from './typed.ts';

/** Many rows of numbers, found by their own number from 0; a row that was never written is empty. */
export interface Rows<Memory extends Numbers> {
  length(row: number): number;
  /** The memory that holds the row from `start` on. Both are good until the next write of any row. */
  memory(row: number): Memory;
  start(row: number): number;
  /** All three at once, which is quicker. */
  at(row: number): Span<Memory>;
  /**
   * Reads the ends of some rows, so that they are at hand for whoever then looks at them one by one. Rows lie far apart:
   * a processor fetches several at once, but only while nothing else depends on what it has read.
   */
  readAhead(rows: Uint32Array): void;
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
  /** Takes what was read, lest reading it be compiled away. */
  const lastRead = new Uint32Array(1);
  return {
    length: (row) => wordAt(shards.of(row).index, entryOf(row) + 1),
    memory: (row) => shards.of(row).memory,
    start,
    at(row) {
      const { memory, index } = shards.of(row);
      const from = wordAt(index, entryOf(row));
      return { memory, start: from, end: from + wordAt(index, entryOf(row) + 1) };
    },
    readAhead(wanted) {
      let sum = 0;
      for (let at = 0; at < wanted.length; at += 1) sum += endsOf(shards.of(wordAt(wanted, at)), wordAt(wanted, at));
      lastRead[0] = sum;
    },
    write(row, values) {
      shards.resize(row, values.end - values.start);
      copySpan(values, shards.of(row).memory, start(row));
    },
    clear: (row) => shards.resize(row, 0),
  };
}

/** The first and the last value of a row together. */
function endsOf({ memory, index }: Shard<Numbers>, row: number): number {
  const start = wordAt(index, entryOf(row));
  const length = wordAt(index, entryOf(row) + 1);
  return length === 0 ? 0 : (memory[start] ?? 0) + (memory[start + length - 1] ?? 0);
}
