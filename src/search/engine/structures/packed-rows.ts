import {
  areOfOneShard,
  copySpan,
  createShards,
  entryOf,
  type Numbers,
  type Shard,
  type Shards,
  type Span,
} from './shards.ts';
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
   * a processor fetches many at once, but only as long as there is little to do for each. Rows in order are quicker.
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
      for (let start = 0; start < wanted.length; ) {
        const end = endOfShard(wanted, start);
        sum ^= readEnds(shards.of(wordAt(wanted, start)), { memory: wanted, start, end });
        start = end;
      }
      lastRead[0] = sum;
    },
    write(row, values) {
      shards.resize(row, values.end - values.start);
      copySpan(values, shards.of(row).memory, start(row));
    },
    clear: (row) => shards.resize(row, 0),
  };
}

/** Where, from `start` on, the rows of the shard end that the row there is in. */
function endOfShard(rows: Uint32Array, start: number): number {
  let end = start + 1;
  while (end < rows.length && areOfOneShard(wordAt(rows, start), wordAt(rows, end))) end += 1;
  return end;
}

function readEnds({ memory, index }: Shard<Numbers>, rows: Span<Uint32Array>): number {
  let sum = 0;
  for (let at = rows.start; at < rows.end; at += 1) {
    const entry = entryOf(wordAt(rows.memory, at));
    const start = wordAt(index, entry);
    const length = wordAt(index, entry + 1);
    if (length > 0) sum ^= (memory[start] ?? 0) ^ (memory[start + length - 1] ?? 0);
  }
  return sum;
}
