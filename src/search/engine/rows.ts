import { wordAt } from './typed.ts';

/** Many rows of numbers, found by their own number from 0; a row that was never written is empty. */
export interface Rows<Memory extends Uint8Array | Uint32Array> {
  length(row: number): number;
  /** The memory that holds the row from `start` on. Both are good until the next write of any row. */
  memory(row: number): Memory;
  start(row: number): number;
  /** Makes the row exactly these values. */
  write(row: number, values: ArrayLike<number>): void;
  /** Puts one value at a place in the row, and moves those behind it. */
  insert(row: number, at: number, value: number): void;
  /** Takes the value at a place out of the row. */
  erase(row: number, at: number): void;
}

export interface RowsOptions<Memory> {
  readonly allocate: (length: number) => Memory;
  /** How much room a row of a length takes; never less than the length. Rows that grow value by value want some more. */
  readonly roomFor: (length: number) => number;
}

interface Shard<Memory> {
  memory: Memory;
  /** For each row of the shard its start, then its length. */
  readonly index: Uint32Array;
  /** Where free memory begins. */
  top: number;
  /** How much below `top` belongs to rows; the rest was left behind by rows that moved. */
  live: number;
}

const SHARD_BITS = 10;
const SHARD_ROWS = 1 << SHARD_BITS;
const LEAST_FREE = 64;

/**
 * Rows lie in shards of 1,024, each in one array of its own. What outgrows its room moves to the end of its shard; a
 * full shard is copied, without what was left behind, into an array an eighth larger. So memory is tight, nothing is
 * ever copied but one shard, and there are no free lists that could fragment.
 */
export function createRows<Memory extends Uint8Array | Uint32Array>({
  allocate,
  roomFor,
}: RowsOptions<Memory>): Rows<Memory> {
  const shards: Shard<Memory>[] = [];

  const newShard = () => ({ memory: allocate(0), index: new Uint32Array(SHARD_ROWS * 2), top: 0, live: 0 });

  const shardOf = (row: number): Shard<Memory> => {
    while (shards.length <= row >>> SHARD_BITS) shards.push(newShard());
    return shards[row >>> SHARD_BITS] ?? newShard();
  };

  const makeRoom = (shard: Shard<Memory>, room: number) => {
    if (shard.top + room <= shard.memory.length) return;
    const next = allocate(shard.live + (shard.live >>> 3) + room + LEAST_FREE);
    if (shard.live === shard.top) next.set(shard.memory.subarray(0, shard.top));
    else compactInto(next, shard, roomFor);
    shard.memory = next;
  };

  /** Gives the row a length; values up to the shorter of both lengths stay. */
  const resize = (row: number, length: number) => {
    const shard = shardOf(row);
    const at = (row & (SHARD_ROWS - 1)) * 2;
    const oldLength = wordAt(shard.index, at + 1);
    const grown = roomFor(length) - roomFor(oldLength);
    if (grown > 0) {
      makeRoom(shard, roomFor(length));
      const start = wordAt(shard.index, at);
      shard.memory.copyWithin(shard.top, start, start + oldLength);
      shard.index[at] = shard.top;
      shard.top += roomFor(length);
    }
    shard.live += grown;
    shard.index[at + 1] = length;
    return shard;
  };

  const length = (row: number) => {
    const shard = shards[row >>> SHARD_BITS];
    return shard === undefined ? 0 : wordAt(shard.index, (row & (SHARD_ROWS - 1)) * 2 + 1);
  };
  const start = (row: number) => wordAt(shardOf(row).index, (row & (SHARD_ROWS - 1)) * 2);

  return {
    length,
    start,
    memory: (row) => shardOf(row).memory,
    write(row, values) {
      const { memory } = resize(row, values.length);
      memory.set(values, start(row));
    },
    insert(row, at, value) {
      const oldLength = length(row);
      const { memory } = resize(row, oldLength + 1);
      const from = start(row) + at;
      memory.copyWithin(from + 1, from, start(row) + oldLength);
      memory[from] = value;
    },
    erase(row, at) {
      const { memory } = shardOf(row);
      const from = start(row) + at;
      memory.copyWithin(from, from + 1, start(row) + length(row));
      resize(row, length(row) - 1);
    },
  };
}

function compactInto<Memory extends Uint8Array | Uint32Array>(
  next: Memory,
  shard: Shard<Memory>,
  roomFor: (length: number) => number,
): void {
  const { memory, index } = shard;
  let top = 0;
  for (let at = 0; at < index.length; at += 2) {
    const start = wordAt(index, at);
    const length = wordAt(index, at + 1);
    if (length === 0) continue;
    next.set(memory.subarray(start, start + length), top);
    index[at] = top;
    top += roomFor(length);
  }
  shard.top = top;
}

/** Rows of bytes that are written whole. */
export function createByteRows(): Rows<Buffer> {
  return createRows({ allocate: (length) => Buffer.alloc(length), roomFor: (length) => length });
}

/** Rows of 32-bit numbers that are written whole. */
export function createWordRows(): Rows<Uint32Array> {
  return createRows({ allocate: (length) => new Uint32Array(length), roomFor: (length) => length });
}

/** Rows of 32-bit numbers that grow and shrink value by value; up to a quarter of their room is spare. */
export function createGrowingRows(): Rows<Uint32Array> {
  return createRows({ allocate: (length) => new Uint32Array(length), roomFor: roundUp });
}

/** The next number whose binary digits after the first three are zero. */
function roundUp(length: number): number {
  const spare = Math.max(0, 29 - Math.clz32(length));
  return ((length + (1 << spare) - 1) >>> spare) << spare;
}
