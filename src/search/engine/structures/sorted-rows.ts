import { createShards, entryOf, type Rows, rowsIn, type Shard, type Span, UINT32 } from './packed-rows.ts';
import { uint32At } from './typed.ts';

/** Rows of 32-bit numbers that are sorted, each number once. */
export interface SortedRows extends Rows<Uint32Array> {
  /** Returns whether the value is new. */
  add(row: number, value: number): boolean;
  /** Returns whether the value was there. */
  remove(row: number, value: number): boolean;
}

/** A full shard grows by one part in so many: more often than others, because every row that moves leaves a gap. */
const GROWTH = 16;

/** Up to an eighth of a row's room is spare. */
export function createSortedRows(): SortedRows {
  const shards = createShards({ ...UINT32, roomFor: roundUp, freeFor: (live) => live / GROWTH });
  const rows = rowsIn(shards);

  const insert = (row: number, at: number, value: number) => {
    const length = rows.length(row);
    shards.resize(row, length + 1);
    const memory = rows.memory(row);
    const place = rows.start(row) + at;
    if (at < length) memory.copyWithin(place + 1, place, place + length - at);
    memory[place] = value;
  };

  const erase = (row: number, at: number) => {
    const length = rows.length(row);
    const place = rows.start(row) + at;
    rows.memory(row).copyWithin(place, place + 1, place + length - at);
    shards.resize(row, length - 1);
  };

  return {
    ...rows,
    add(row, value) {
      const at = placeOf(shards.of(row), row, value);
      if (at >= 0) insert(row, at, value);
      return at >= 0;
    },
    remove(row, value) {
      const at = ~placeOf(shards.of(row), row, value);
      if (at >= 0) erase(row, at);
      return at >= 0;
    },
  };
}

/** The place of a value in its row; the complement (`~`) of the place where the row has the value. */
function placeOf({ memory, index }: Shard<Uint32Array>, row: number, value: number): number {
  const start = uint32At(index, entryOf(row));
  const length = uint32At(index, entryOf(row) + 1);
  // Most values come in order.
  if (length === 0 || uint32At(memory, start + length - 1) < value) return length;
  const at = lowerBound({ memory, start, end: start + length - 1 }, value);
  return uint32At(memory, at) === value ? ~(at - start) : at - start;
}

/** The first place of sorted numbers that has the value or a greater one; their end where none has. */
export function lowerBound({ memory, start, end }: Span<Uint32Array>, value: number): number {
  let low = start;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (uint32At(memory, middle) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The next number whose binary digits after the first four are zero: up to an eighth more. */
function roundUp(length: number): number {
  const spare = Math.max(0, 28 - Math.clz32(length));
  return ((length + (1 << spare) - 1) >>> spare) << spare;
}
