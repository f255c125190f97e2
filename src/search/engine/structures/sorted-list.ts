import type { Serializable } from '../../archive.ts';
import { STEP } from '../cost-model.ts';
import { compare as compareBytes, copyOf, type Slice, startsWith } from './bytes.ts';
import type { Steps } from './scheduler.ts';
import { uint32At } from './typed.ts';

/** Items (docs, or other ids) kept in an order that does not change while they are in it. */
export interface SortedList extends Serializable {
  /** The item must not be in it. */
  insert(item: number): void;
  /** The item must be in it, and compare as it did when it was inserted. */
  remove(item: number): void;
  /** Visits from the first item that is not before the place sought, until `visit` says to stop. */
  forward(isBefore: (item: number) => boolean, visit: Visit): void;
  /**
   * Fills `room` with the items from the first that is not before the place sought; returns the part that it filled.
   */
  copy(isBefore: (item: number) => boolean, room: Uint32Array): Uint32Array;
  /** Visits backwards from the last item that is before the place sought, until `visit` says to stop. */
  backward(isBefore: (item: number) => boolean, visit: Visit): void;
}

/** Returns whether to continue. */
export type Visit = (item: number) => boolean;

interface Chunk {
  items: Uint32Array;
  count: number;
}

/** An insertion moves at most this many items. */
const CHUNK_ITEMS = 512;

/**
 * Sorted chunks; none is empty unless it is the only one. A full chunk is split in the middle, and the last one at its
 * end, so that chunks are full where items arrive in order, as names do from a listing.
 */
export function createSortedList(compare: (a: number, b: number) => number): SortedList {
  const newChunk = (): Chunk => ({ items: new Uint32Array(CHUNK_ITEMS), count: 0 });
  const chunks = [newChunk()];
  const none: Chunk = { items: new Uint32Array(0), count: 0 };
  const chunkAt = (index: number): Chunk => chunks[index] ?? none;

  /** The first chunk whose last item is not before the place sought; the last chunk when there is no such. */
  const seekChunk = (isBefore: (item: number) => boolean) => {
    let low = 0;
    let high = chunks.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const { items, count } = chunkAt(middle);
      if (isBefore(uint32At(items, count - 1))) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  const split = (index: number) => {
    const { items } = chunkAt(index);
    const isLast = index === chunks.length - 1;
    const kept = isLast ? CHUNK_ITEMS - 1 : CHUNK_ITEMS / 2;
    const moved = { items: new Uint32Array(CHUNK_ITEMS), count: CHUNK_ITEMS - kept };
    moved.items.set(items.subarray(kept));
    chunkAt(index).count = kept;
    chunks.splice(index + 1, 0, moved);
  };

  return {
    insert(item) {
      const isBefore = (other: number) => compare(other, item) < 0;
      const index = seekChunk(isBefore);
      const chunk = chunkAt(index);
      const at = seekIn(chunk, isBefore);
      chunk.items.copyWithin(at + 1, at, chunk.count);
      chunk.items[at] = item;
      chunk.count += 1;
      if (chunk.count === CHUNK_ITEMS) split(index);
    },
    remove(item) {
      const isBefore = (other: number) => compare(other, item) < 0;
      const index = seekChunk(isBefore);
      const chunk = chunkAt(index);
      const at = seekIn(chunk, isBefore);
      chunk.items.copyWithin(at, at + 1, chunk.count);
      chunk.count -= 1;
      if (chunk.count === 0 && chunks.length > 1) chunks.splice(index, 1);
    },
    forward(isBefore, visit) {
      let index = seekChunk(isBefore);
      let at = seekIn(chunkAt(index), isBefore);
      for (; index < chunks.length; index += 1, at = 0) {
        const { items, count } = chunkAt(index);
        for (; at < count; at += 1) if (!visit(uint32At(items, at))) return;
      }
    },
    copy(isBefore, room) {
      let index = seekChunk(isBefore);
      let at = seekIn(chunkAt(index), isBefore);
      let filled = 0;
      for (; index < chunks.length && filled < room.length; index += 1, at = 0) {
        const { items, count } = chunkAt(index);
        const some = items.subarray(at, Math.min(count, at + room.length - filled));
        room.set(some, filled);
        filled += some.length;
      }
      return room.subarray(0, filled);
    },
    backward(isBefore, visit) {
      let index = seekChunk(isBefore);
      let at = seekIn(chunkAt(index), isBefore) - 1;
      for (; index >= 0; index -= 1, at = chunkAt(index).count - 1) {
        const { items } = chunkAt(index);
        for (; at >= 0; at -= 1) if (!visit(uint32At(items, at))) return;
      }
    },
    *serialize(archive) {
      const count = archive.number(chunks.length);
      while (chunks.length < count) chunks.push(newChunk());
      for (const chunk of chunks) {
        chunk.count = archive.number(chunk.count);
        chunk.items = archive.uint32s(chunk.items);
        yield;
      }
    },
  };
}

/** The first place in a chunk whose item is not before the place sought. */
function seekIn({ items, count }: Chunk, isBefore: (item: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(uint32At(items, middle))) low = middle + 1;
    else high = middle;
  }
  return low;
}

export interface NamesFrom {
  /** Items in the order of their names. */
  readonly order: SortedList;
  readonly nameOf: (item: number) => Slice;
  /** Where to begin: at the first name that is this or comes after it. */
  readonly from: Slice;
  /** The order of names, if it is not that of bytes. */
  readonly compare?: (a: Slice, b: Slice) => number;
}

/**
 * Visits items in the order of their names until a visit says to stop. An item that is not written meanwhile is visited
 * exactly once, because after a pause it goes on behind the last name that it visited.
 */
export function* visitNames(
  { order, nameOf, from, compare = compareBytes }: NamesFrom,
  visit: (item: number) => boolean,
): Steps<void> {
  let isBefore = (item: number) => compare(nameOf(item), from) < 0;
  for (;;) {
    let left = STEP.sorted;
    let last = -1;
    order.forward(isBefore, (item) => {
      if (!visit(item)) return false;
      last = item;
      left -= 1;
      return left > 0;
    });
    if (left > 0) return;
    const lastName = copyOf(nameOf(last));
    isBefore = (item) => compare(nameOf(item), lastName) <= 0;
    yield;
  }
}

export interface VisitRun {
  /** Called with a run of items along the order of their names. */
  visit(items: Uint32Array): void;
  /** Takes each run: as many items as are visited between two looks at the clock. */
  readonly room: Uint32Array;
}

/**
 * Visits all items whose names begin with `from`, some at a time, each exactly once if it is not written meanwhile.
 * Items of a step are in order, so that few of their names are read.
 */
export function* visitPrefix({ order, nameOf, from }: NamesFrom, { visit, room }: VisitRun): Steps<void> {
  let isBefore = (item: number) => compareBytes(nameOf(item), from) < 0;
  for (;;) {
    const found = order.copy(isBefore, room);
    const end = countBeginning(found, (item) => startsWith(nameOf(item), from));
    visit(found.subarray(0, end));
    if (end < room.length) return;
    const lastName = copyOf(nameOf(uint32At(room, end - 1)));
    isBefore = (item) => compareBytes(nameOf(item), lastName) <= 0;
    yield;
  }
}

/** How many items at the beginning are wanted, where no other follows one that is not; mostly all of them are. */
function countBeginning(items: Uint32Array, isWanted: (item: number) => boolean): number {
  if (items.length === 0 || isWanted(uint32At(items, items.length - 1))) return items.length;
  let low = 0;
  let high = items.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isWanted(uint32At(items, middle))) low = middle + 1;
    else high = middle;
  }
  return low;
}
