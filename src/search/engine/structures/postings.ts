import type { Serializable } from '../../archive.ts';
import { DENSE, STEP } from '../cost-model.ts';
import {
  addDoc,
  addDocs,
  type Bitset,
  countCommon,
  createBitset,
  deleteDoc,
  docsOf,
  growTo,
  hasDoc,
  haveCommon,
  rangeOf,
  serializeBitset,
  unite,
  uniteCommon,
} from './bitset.ts';
import type { Span } from './packed-rows.ts';
import type { Steps } from './scheduler.ts';
import { createSortedRows, lowerBound, type SortedRows } from './sorted-rows.ts';
import { uint32At } from './typed.ts';

/** Lists of docs by number: the docs that have a term, a label, a tag. */
export interface Postings extends Serializable {
  /** Does nothing when the doc is in the list. */
  add(list: number, doc: number): void;
  /** Returns whether the doc was in the list. */
  remove(list: number, doc: number): boolean;
  count(list: number): number;
  /** All docs of the list, in order. */
  docs(list: number): Uint32Array;
  /** How many docs of the list are in a set. */
  countIn(list: number, set: Bitset): number;
  /** Whether any doc of the list is in a set. */
  meets(list: number, set: Bitset): boolean;
  /** Adds the docs of the list that are in another set as well; returns how many were looked at. */
  addCommon(target: Bitset, list: number, within: Bitset): number;
  /** Adds all docs of the list to a set that has room for them; returns how many they are. */
  uniteInto(target: Bitset, list: number): number;
}

interface Dense {
  readonly set: Bitset;
  count: number;
}

/** The only value in the row of a list that is a bitset, so that no other list is looked up in the map of bitsets. */
const IS_DENSE = 0xffff_ffff;
const DENSE_ROW = { memory: Uint32Array.of(IS_DENSE), start: 0, end: 1 };

/**
 * A list is a sorted row of docs, or a bitset once it holds more than one doc in 32. `docs` is the number of all docs.
 */
export function createPostings(docs: () => number): Postings {
  const rows = createSortedRows();
  const dense = new Map<number, Dense>();

  const denseOf = (list: number) =>
    rows.length(list) === 1 && uint32At(rows.memory(list), rows.start(list)) === IS_DENSE ? dense.get(list) : undefined;

  const isLarge = (count: number) => count >= DENSE.minPostings && count * DENSE.docsPerPosting > docs();

  const makeDense = (list: number) => {
    const set = createBitset(docs());
    const count = rows.length(list);
    addRow(set, rows, list);
    rows.write(list, DENSE_ROW);
    dense.set(list, { set, count });
  };

  const makeSparse = (list: number, { set, count }: Dense) => {
    dense.delete(list);
    rows.write(list, { memory: docsOf(set, count), start: 0, end: count });
  };

  return {
    add(list, doc) {
      const bits = denseOf(list);
      if (bits) addDense(bits, doc);
      else if (rows.add(list, doc) && isLarge(rows.length(list))) makeDense(list);
    },
    remove(list, doc) {
      const bits = denseOf(list);
      if (!bits) return rows.remove(list, doc);
      if (!removeDense(bits, doc)) return false;
      if (bits.count < DENSE.minPostings / 2 || bits.count * DENSE.docsPerPosting * 4 < docs()) makeSparse(list, bits);
      return true;
    },
    count(list) {
      const length = rows.length(list);
      return length === 1 ? (denseOf(list)?.count ?? 1) : length;
    },
    docs(list) {
      const bits = denseOf(list);
      const start = rows.start(list);
      return bits ? docsOf(bits.set, bits.count) : rows.memory(list).slice(start, start + rows.length(list));
    },
    countIn(list, set) {
      const bits = denseOf(list);
      return bits ? countCommon(bits.set, set) : countOfRow(rows, list, set);
    },
    meets(list, set) {
      const bits = denseOf(list);
      return bits ? haveCommon(bits.set, set) : meetsRow(rows, list, set);
    },
    addCommon(target, list, within) {
      const bits = denseOf(list);
      if (bits) uniteCommon(target, bits.set, within);
      else addCommonOfRow(target, rows.at(list), within);
      return bits?.count ?? rows.length(list);
    },
    uniteInto(target, list) {
      const length = rows.length(list);
      const bits = length === 1 ? denseOf(list) : undefined;
      if (bits) unite(target, bits.set);
      else if (length > 0) addRow(target, rows, list);
      return bits?.count ?? length;
    },
    *serialize(archive) {
      yield* rows.serialize(archive);
      for (const list of archive.uint32s(Uint32Array.from(dense.keys()))) {
        const bits = dense.get(list) ?? { set: createBitset(0), count: 0 };
        serializeBitset(bits.set, archive);
        bits.count = archive.number(bits.count);
        dense.set(list, bits);
        yield;
      }
    },
  };
}

/** The lengths of some lists together. */
export function sumOfCounts({ count }: Postings, lists: readonly number[]): number {
  return lists.reduce((sum, list) => sum + count(list), 0);
}

function addDense(bits: Dense, doc: number): void {
  growTo(bits.set, doc);
  if (hasDoc(bits.set, doc)) return;
  addDoc(bits.set, doc);
  bits.count += 1;
}

function removeDense(bits: Dense, doc: number): boolean {
  if (!hasDoc(bits.set, doc)) return false;
  deleteDoc(bits.set, doc);
  bits.count -= 1;
  return true;
}

function addRow(target: Bitset, rows: SortedRows, list: number): void {
  const memory = rows.memory(list);
  const start = rows.start(list);
  addDocs(target, memory, start, start + rows.length(list));
}

function meetsRow(rows: SortedRows, list: number, set: Bitset): boolean {
  const { memory, start, end } = rows.at(list);
  for (let at = start; at < end; at += 1) if (hasDoc(set, uint32At(memory, at))) return true;
  return false;
}

/** The docs are sorted, so that those before and after all of `within` need not be looked at. */
function addCommonOfRow(target: Bitset, row: Span<Uint32Array>, within: Bitset): void {
  const { memory, start, end } = row.end - row.start < LONG_ROW ? row : cutTo(row, within);
  for (let at = start; at < end; at += 1) {
    const doc = uint32At(memory, at);
    if (hasDoc(within, doc)) addDoc(target, doc);
  }
}

/** Docs of a row that are gone through in the time that finding where to begin takes. */
const LONG_ROW = 64;

function cutTo(row: Span<Uint32Array>, within: Bitset): Span<Uint32Array> {
  const [from, to] = rangeOf(within);
  return { ...row, start: lowerBound(row, from), end: lowerBound(row, to) };
}

function countOfRow(rows: SortedRows, list: number, set: Bitset): number {
  const { memory, start, end } = rows.at(list);
  let count = 0;
  for (let at = start; at < end; at += 1) if (hasDoc(set, uint32At(memory, at))) count += 1;
  return count;
}

/**
 * Adds the docs of many lists to a set, and returns the set. The loop counts, because an iterator that a yield may
 * interrupt is not compiled away and allocates an object for each list.
 */
export function* uniteAll(postings: Postings, lists: readonly number[], target: Bitset): Steps<Bitset> {
  let work = 0;
  for (let at = 0; at < lists.length; at += 1) {
    work += postings.uniteInto(target, lists[at] ?? 0) + 1;
    if (work < STEP.postings) continue;
    work = 0;
    yield;
  }
  return target;
}

/** Adds those docs of many lists that are in another set as well. */
export function* addCommon(
  postings: Postings,
  lists: readonly number[],
  { target, within }: { readonly target: Bitset; readonly within: Bitset },
): Steps<void> {
  let work = 0;
  for (let at = 0; at < lists.length; at += 1) {
    work += postings.addCommon(target, lists[at] ?? 0, within) + 1;
    if (work < STEP.postings) continue;
    work = 0;
    yield;
  }
}

/** Adds the docs of many lists to a set, as the `collect` of a matcher, which returns nothing. */
export function* fillFrom(postings: Postings, lists: readonly number[], target: Bitset): Steps<void> {
  yield* uniteAll(postings, lists, target);
}
