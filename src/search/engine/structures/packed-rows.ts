import type { Archive, Serializable } from '../../archive.ts';
import type { Steps } from './scheduler.ts';
import { uint32At } from './typed.ts';

/** Rows of numbers, numbered from 0; a row that was never written is empty. */
export interface Rows<Memory extends Numbers> extends Serializable {
  length(row: number): number;
  /** The memory that holds the row from `start` on. Both are valid until the next write of any row. */
  memory(row: number): Memory;
  start(row: number): number;
  /** All three in one look-up. */
  at(row: number): Span<Memory>;
  /** Replaces the row by these values, which must not be in memory of these rows. */
  write(row: number, values: Span<Numbers>): void;
  /** Empties the row. */
  clear(row: number): void;
}

/**
 * A full shard grows by one part in so many: to copy it then takes microseconds for each row that was written
 * meanwhile.
 */
const GROWTH = 64;
/**
 * A row may take more than that, and such rows are written often: then some writes of it fit, so that not each copies
 * the whole shard.
 */
const LONG_ROWS = { writes: 4, mostFree: 65_536 };

function freeForRows(live: number, room: number): number {
  return Math.max(live / GROWTH, Math.min(LONG_ROWS.writes * room, LONG_ROWS.mostFree));
}

/** Rows of bytes. */
export function createByteRows(): Rows<Buffer> {
  return createRows<Buffer>({
    allocate: (length) => Buffer.alloc(length),
    serialize: (archive, memory) => archive.bytes(memory),
  });
}

/** How 32-bit numbers are kept. */
export const UINT32: MemoryKind<Uint32Array> = {
  allocate: (length) => new Uint32Array(length),
  serialize: (archive, memory) => archive.uint32s(memory),
};

/** Rows of 32-bit numbers. */
export function createUint32Rows(): Rows<Uint32Array> {
  return createRows(UINT32);
}

function createRows<Memory extends Numbers>(kind: MemoryKind<Memory>): Rows<Memory> {
  return rowsIn(createShards({ ...kind, roomFor: (length) => length, freeFor: freeForRows }));
}

/** The rows in some shards. */
export function rowsIn<Memory extends Numbers>(shards: Shards<Memory>): Rows<Memory> {
  const start = (row: number) => uint32At(shards.of(row).index, entryOf(row));
  return {
    length: (row) => uint32At(shards.of(row).index, entryOf(row) + 1),
    memory: (row) => shards.of(row).memory,
    start,
    at(row) {
      const { memory, index } = shards.of(row);
      const from = uint32At(index, entryOf(row));
      return { memory, start: from, end: from + uint32At(index, entryOf(row) + 1) };
    },
    write(row, values) {
      shards.resize(row, values.end - values.start);
      copySpan(values, shards.of(row).memory, start(row));
    },
    clear: (row) => shards.resize(row, 0),
    serialize: shards.serialize,
  };
}

export type Numbers = Uint8Array | Uint32Array;

/** Values from `start` to `end` in larger memory. */
export interface Span<Memory> {
  readonly memory: Memory;
  readonly start: number;
  readonly end: number;
}

/** Rows of one shard lie in one array. */
export interface Shard<Memory> {
  memory: Memory;
  /** For each row of the shard its start, then its length. */
  index: Uint32Array;
  /** Where free memory begins. */
  top: number;
  /** How much below `top` belongs to rows; rows that moved have left the rest. */
  live: number;
}

export interface Shards<Memory> extends Serializable {
  /** The shard of a row, for reading; valid until the next `resize`. */
  of(row: number): Shard<Memory>;
  /** Sets the length of a row; its values stay as far as both lengths reach. */
  resize(row: number, length: number): void;
}

interface MemoryKind<Memory> {
  readonly allocate: (length: number) => Memory;
  readonly serialize: (archive: Archive, memory: Memory) => Memory;
}

export interface ShardsOptions<Memory> extends MemoryKind<Memory> {
  /** The room for a row of that length, at least the length: more for rows that grow value by value. */
  readonly roomFor: (length: number) => number;
  /** What a full shard is given besides what is in it and the room for the row that made it full. */
  readonly freeFor: (live: number, room: number) => number;
}

const SHARD_BITS = 10;
const SHARD_ROWS = 1 << SHARD_BITS;
const LEAST_FREE = 64;

/** The place of a row in the index of its shard. */
export function entryOf(row: number): number {
  return (row & (SHARD_ROWS - 1)) * 2;
}

/**
 * Memory for many rows, in shards of 1,024 rows. A row that outgrows its room moves to the end of its shard; a full
 * shard is copied into a somewhat larger array without the gaps. So memory is tight, a write copies one shard at most,
 * and there are no free lists that could fragment.
 */
export function createShards<Memory extends Numbers>(options: ShardsOptions<Memory>): Shards<Memory> {
  const { allocate, roomFor } = options;
  const shards: Shard<Memory>[] = [];

  const newShard = (): Shard<Memory> => ({
    memory: allocate(0),
    index: new Uint32Array(SHARD_ROWS * 2),
    top: 0,
    live: 0,
  });

  const none = newShard();

  const shardOf = (row: number): Shard<Memory> => shards[row >>> SHARD_BITS] ?? none;

  const shardToWrite = (row: number) => {
    while (shards.length <= row >>> SHARD_BITS) shards.push(newShard());
    return shardOf(row);
  };

  const move = (shard: Shard<Memory>, entry: number, length: number) => {
    makeRoom(shard, roomFor(length), options);
    const { memory, index, top } = shard;
    const start = uint32At(index, entry);
    copySpan({ memory, start, end: start + uint32At(index, entry + 1) }, memory, top);
    shard.index[entry] = shard.top;
    shard.top += roomFor(length);
  };

  return {
    of: shardOf,
    resize(row, length) {
      const shard = shardToWrite(row);
      const entry = entryOf(row);
      const grown = roomFor(length) - roomFor(uint32At(shard.index, entry + 1));
      if (grown > 0) move(shard, entry, length);
      shard.live += grown;
      shard.index[entry + 1] = length;
    },
    serialize: (archive) => serializeShards({ shards, newShard }, archive, options),
  };
}

function* serializeShards<Memory extends Numbers>(
  { shards, newShard }: { readonly shards: Shard<Memory>[]; readonly newShard: () => Shard<Memory> },
  archive: Archive,
  { serialize }: MemoryKind<Memory>,
): Steps<void> {
  const count = archive.number(shards.length);
  while (shards.length < count) shards.push(newShard());
  for (const shard of shards) {
    shard.top = archive.number(shard.top);
    shard.live = archive.number(shard.live);
    shard.index = archive.uint32s(shard.index);
    shard.memory = serialize(archive, shard.memory);
    yield;
  }
}

function makeRoom<Memory extends Numbers>(
  shard: Shard<Memory>,
  room: number,
  { allocate, roomFor, freeFor }: ShardsOptions<Memory>,
): void {
  if (shard.top + room <= shard.memory.length) return;
  const next = allocate(shard.live + room + Math.ceil(freeFor(shard.live, room)) + LEAST_FREE);
  if (shard.live === shard.top) next.set(shard.memory.subarray(0, shard.top));
  else compactInto(next, shard, roomFor);
  shard.memory = next;
}

function compactInto<Memory extends Numbers>(
  next: Memory,
  shard: Shard<Memory>,
  roomFor: (length: number) => number,
): void {
  const { memory, index } = shard;
  let top = 0;
  for (let entry = 0; entry < index.length; entry += 2) {
    const length = uint32At(index, entry + 1);
    if (length === 0) continue;
    const start = uint32At(index, entry);
    copySpan({ memory, start, end: start + length }, next, top);
    index[entry] = top;
    top += roomFor(length);
  }
  shard.top = top;
}

/** Up to this length a loop copies quicker than `set`; most rows are shorter. */
const SHORT = 24;

/** Copies values to other memory, or further back in the same. */
export function copySpan({ memory, start, end }: Span<Numbers>, target: Numbers, to: number): void {
  if (end - start > SHORT) target.set(memory.subarray(start, end), to);
  else for (let at = start; at < end; at += 1) target[to + at - start] = memory[at] ?? 0;
}
