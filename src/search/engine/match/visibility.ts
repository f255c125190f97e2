import type { Grant, Visibility } from '../../api.ts';
import { type CachedSet, createCachedSet } from '../cache/cached-set.ts';
import type { QueryCache } from '../cache/query-cache.ts';
import { STEP } from '../cost-model.ts';
import type { InvertedIndex } from '../index/inverted-index.ts';
import { addAll, addDoc, type Bitset, copySet, deleteDoc, hasDoc, isEmpty, subtract } from '../structures/bitset.ts';
import type { Bitsets } from '../structures/bitset-pool.ts';
import { encode, sliceOf } from '../structures/bytes.ts';
import { done, type Steps } from '../structures/scheduler.ts';
import { type VisitRun, visitPrefix } from '../structures/sorted-list.ts';
import { uint32At } from '../structures/typed.ts';
import { createVisibleBelow, grantTestOf, prefixesOf, type VisibleBelow } from './grants.ts';

/**
 * What one visibility lets be seen. While others have a turn it may be evicted, and then writes no longer reach `set`:
 * of a doc that is written after it was asked for only `matches` knows.
 */
export type VisibilityFilter = Pick<CachedSet, 'set' | 'matches'>;

/** The index, and what of it may be seen. */
export interface VisibleIndex {
  readonly index: InvertedIndex;
  /** Undefined is everything. */
  readonly view: VisibilityFilter | undefined;
}

/** Whether a doc is in a view, also where it was written a moment ago; everything is where there is no view. */
export function maySee(view: VisibilityFilter | undefined, doc: number): boolean {
  return view === undefined || (hasDoc(view.set, doc) && view.matches(doc));
}

export interface VisibilityFilters {
  /** The view of a visibility; undefined where everything may be seen. */
  filterOf(visibility: Visibility): Steps<VisibilityFilter | undefined>;
}

export function createVisibilityFilters(index: InvertedIndex, cache: QueryCache): VisibilityFilters {
  const views = cache.kind<CachedSet>('visibility');
  const keyOf = createKeys();
  return {
    filterOf(visibility) {
      if (visibility.some(grantsAll)) return done(undefined);
      return views.of(keyOf(visibility), (sets) => findFilter(index, visibility, sets));
    },
  };
}

/** Equal visibilities have equal keys. A server has one object for each, and long ones are asked for often. */
function createKeys(): (visibility: Visibility) => string {
  const keys = new WeakMap<Visibility, string>();
  return (visibility) => {
    const known = keys.get(visibility);
    if (known !== undefined) return known;
    const key = JSON.stringify(visibility);
    keys.set(visibility, key);
    return key;
  };
}

function grantsAll({ names, except = [], showPrivate }: Grant): boolean {
  return names === undefined && except.length === 0 && showPrivate;
}

function* findFilter(index: InvertedIndex, visibility: Visibility, { take }: Bitsets): Steps<CachedSet> {
  const view = createCachedSet(index, createVisibilityTest(index, visibility));
  const privates = take();
  fillPrivate(index, privates);
  yield* fillFilter(index, view, { visibility, privates });
  return view;
}

/** Whether a doc may be seen, from its name and whether it is private. */
export function createVisibilityTest(
  { repositories }: InvertedIndex,
  visibility: Visibility,
): VisibilityFilter['matches'] {
  const tests = visibility.map(grantTestOf);
  return (doc) => {
    const { isPrivate } = repositories.attributesOf(doc);
    return tests.some((fits) => fits(isPrivate, () => repositories.nameTextOf(doc)));
  };
}

interface Filling {
  readonly visibility: Visibility;
  /** Docs that are private. */
  readonly privates: Bitset;
}

/**
 * Begins with all docs where a grant has all names, which need not be read for that. Then the docs below each prefix of
 * a pattern are shown or hidden; a longer prefix comes after those that it begins with, so that it has the last word.
 */
function* fillFilter(index: InvertedIndex, view: CachedSet, { visibility, privates }: Filling): Steps<void> {
  const { repositories, byName, live } = index;
  const all = visibility.filter(({ names }) => names === undefined);
  if (all.length > 0) copySet(view.set, live);
  if (!all.some(({ showPrivate }) => showPrivate)) subtract(view.set, privates);
  const visibleBelow = createVisibleBelow(visibility);
  // One for all prefixes: a rule may have a thousand patterns, and memory beside the heap calls for garbage collections.
  const room = new Uint32Array(STEP.unread);
  let rechecked: string | undefined;
  for (const prefix of prefixesOf(visibility.flatMap(({ names = [], except = [] }) => [...names, ...except]))) {
    if (rechecked !== undefined && prefix.startsWith(rechecked)) continue;
    const below = visibleBelow(prefix);
    const names = { order: byName, nameOf: repositories.nameOf, from: sliceOf(encode(prefix)) };
    yield* visitPrefix(names, below ? { room, visit: showing(view, below, privates) } : rechecking(view, room));
    if (!below) rechecked = prefix;
    yield;
  }
}

function rechecking({ recheck }: CachedSet, room: Uint32Array): VisitRun {
  return {
    room: room.subarray(0, STEP.sorted),
    visit(docs) {
      for (const doc of docs) recheck(doc);
    },
  };
}

/** Shows docs, or hides them, without reading their names. */
function showing({ set }: CachedSet, below: VisibleBelow, privates: Bitset): VisitRun['visit'] {
  if (below.public && (below.private || isEmpty(privates))) return (docs) => addAll(set, docs);
  return (docs) => {
    for (let at = 0; at < docs.length; at += 1) {
      const doc = uint32At(docs, at);
      if (hasDoc(privates, doc) ? below.private : below.public) addDoc(set, doc);
      else deleteDoc(set, doc);
    }
  };
}

function fillPrivate({ repositories, byAttributes }: InvertedIndex, target: Bitset): void {
  for (const id of repositories.attributeSets.idsWhere(({ isPrivate }) => isPrivate))
    byAttributes.uniteInto(target, id);
}
