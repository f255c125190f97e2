import { addSlot, addSlots, createSlotSet, deleteSlot, growTo, hasSlot, type SlotSet, slotsOf } from './bitset.ts';
import { unite } from './bitset-operations.ts';
import type { Steps } from './scheduler.ts';
import { createSortedRows, type SortedRows } from './sorted-rows.ts';
import { wordAt } from './typed.ts';

/** Many sets of slots by number: who has this word, this label, this tag. */
export interface Postings {
  /** Does nothing when the slot is in the list. */
  add(list: number, slot: number): void;
  /** Says whether the slot was in the list. */
  remove(list: number, slot: number): boolean;
  count(list: number): number;
  /** All slots of the list, in order. */
  slots(list: number): Uint32Array;
  /** Adds all slots of the list to a set that has room for them; answers with how many they are. */
  uniteInto(target: SlotSet, list: number): number;
}

interface Dense {
  readonly set: SlotSet;
  count: number;
}

/** A list of more than one slot in this many takes less room as bits. */
const DENSE_SHARE = 32;
const LEAST_DENSE = 2_048;
/** Stands alone in the row of a list that is kept as bits, so that of all others the rows alone are looked at. */
const IS_DENSE = 0xffff_ffff;
const DENSE_ROW = { memory: Uint32Array.of(IS_DENSE), start: 0, end: 1 };

/**
 * A list is a sorted row of slots, or bits once it holds a good part of all. `slots` tells how many slots there are.
 */
export function createPostings(slots: () => number): Postings {
  const rows = createSortedRows();
  const dense = new Map<number, Dense>();

  const denseOf = (list: number) =>
    rows.length(list) === 1 && wordAt(rows.memory(list), rows.start(list)) === IS_DENSE ? dense.get(list) : undefined;

  const isLarge = (count: number) => count >= LEAST_DENSE && count * DENSE_SHARE > slots();

  const makeDense = (list: number) => {
    const set = createSlotSet(slots());
    const count = rows.length(list);
    addRow(set, rows, list);
    rows.write(list, DENSE_ROW);
    dense.set(list, { set, count });
  };

  const makeSparse = (list: number, { set, count }: Dense) => {
    dense.delete(list);
    rows.write(list, { memory: slotsOf(set, count), start: 0, end: count });
  };

  return {
    add(list, slot) {
      const bits = denseOf(list);
      if (bits) addDense(bits, slot);
      else if (rows.add(list, slot) && isLarge(rows.length(list))) makeDense(list);
    },
    remove(list, slot) {
      const bits = denseOf(list);
      if (!bits) return rows.remove(list, slot);
      if (!removeDense(bits, slot)) return false;
      if (bits.count < LEAST_DENSE / 2 || bits.count * DENSE_SHARE * 4 < slots()) makeSparse(list, bits);
      return true;
    },
    count(list) {
      const length = rows.length(list);
      return length === 1 ? (denseOf(list)?.count ?? 1) : length;
    },
    slots(list) {
      const bits = denseOf(list);
      const start = rows.start(list);
      return bits ? slotsOf(bits.set, bits.count) : rows.memory(list).slice(start, start + rows.length(list));
    },
    uniteInto(target, list) {
      const length = rows.length(list);
      const bits = length === 1 ? denseOf(list) : undefined;
      if (bits) unite(target, bits.set);
      else if (length > 0) addRow(target, rows, list);
      return bits?.count ?? length;
    },
  };
}

/** How many slots are in some lists, counted once for each. */
export function sumOfCounts({ count }: Postings, lists: readonly number[]): number {
  return lists.reduce((sum, list) => sum + count(list), 0);
}

function addDense(bits: Dense, slot: number): void {
  growTo(bits.set, slot);
  if (hasSlot(bits.set, slot)) return;
  addSlot(bits.set, slot);
  bits.count += 1;
}

function removeDense(bits: Dense, slot: number): boolean {
  if (!hasSlot(bits.set, slot)) return false;
  deleteSlot(bits.set, slot);
  bits.count -= 1;
  return true;
}

function addRow(target: SlotSet, rows: SortedRows, list: number): void {
  const memory = rows.memory(list);
  const start = rows.start(list);
  addSlots(target, memory, start, start + rows.length(list));
}

/** Slots and lists to look at between two yields. */
const STEP = 8_000;

/**
 * Adds the slots of many lists to a set, and answers with the set. They are counted through, because an iterator that
 * a yield may interrupt is not compiled away: it makes an object for each list.
 */
export function* uniteLists(postings: Postings, lists: readonly number[], target: SlotSet): Steps<SlotSet> {
  let work = 0;
  for (let at = 0; at < lists.length; at += 1) {
    work += postings.uniteInto(target, lists[at] ?? 0) + 1;
    if (work < STEP) continue;
    work = 0;
    yield;
  }
  return target;
}
