import type { Sort } from '../query/query.ts';
import { compare, encode, type Slice, sliceOf } from './bytes.ts';
import type { Place } from './cursor.ts';
import type { EngineIndex } from './engine-index.ts';
import { FIT } from './fit.ts';
import type { Found } from './found.ts';
import { type Level, levelsOf } from './levels.ts';
import type { Order } from './order.ts';
import type { Sets } from './set-pool.ts';
import { countSet, hasSlot, slotsOf } from './slot-set.ts';
import { firstOf } from './top.ts';

export interface PageRequest {
  readonly sort: Sort;
  /** How many hits to pass over. */
  readonly offset: number;
  /** The hit to begin after. */
  readonly after: Place | undefined;
  readonly limit: number;
}

type Few = Extract<Found, { kind: 'few' }>;
type Many = Extract<Found, { kind: 'many' }>;

/** A slot and where it stands. */
export interface Placed {
  readonly slot: number;
  readonly fit: number;
}

/** The hits of one page, in order. */
export function pickPage(index: EngineIndex, found: Found, request: PageRequest & { readonly sets: Sets }): Placed[] {
  const walk = walkOf(index, request.sort);
  return found.kind === 'few' ? pickFromFew(found, request, walk) : pickFromMany(found, request, walk);
}

function pickFromFew({ fits }: Few, { sort, after, offset, limit }: PageRequest, walk: Walk): Placed[] {
  const direction = sort.reverse ? -1 : 1;
  const placed = [...fits].map(([slot, fit]) => ({ slot, fit: fitBy(sort, fit) }));
  const left = after ? placed.filter(isAfterIn(walk, sort, after)) : placed;
  const inOrder = (a: Placed, b: Placed) => direction * (a.fit - b.fit || walk.compare(a.slot, b.slot));
  return left.sort(inOrder).slice(offset, offset + limit);
}

/** What of a fit an order looks at. */
export function fitBy({ by }: Sort, fit: number): number {
  return by === 'relevance' ? fit : 0;
}

/** Tells whether something stands after a place in an order. */
export function isAfter(index: EngineIndex, sort: Sort, place: Place): (placed: Placed) => boolean {
  return isAfterIn(walkOf(index, sort), sort, place);
}

function isAfterIn({ compareTo }: Walk, { reverse }: Sort, place: Place): (placed: Placed) => boolean {
  const direction = reverse ? -1 : 1;
  const key = keyOf(place);
  return ({ slot, fit }) => direction * (fit - place.fit || compareTo(slot, key)) > 0;
}

function pickFromMany(found: Many, request: PageRequest & { readonly sets: Sets }, walk: Walk): Placed[] {
  const page: Placed[] = [];
  let { offset } = request;
  for (const level of inOrder(found, request)) {
    const after = request.after?.fit === level.fit ? request.after : undefined;
    if (isBefore(level, request)) continue;
    if (!after && level.count <= offset) {
      offset -= level.count;
      continue;
    }
    const wanted = offset + request.limit - page.length;
    const slots = pick(level, { ...walk, after, wanted }).slice(offset);
    offset = 0;
    for (const slot of slots) page.push({ slot, fit: level.fit });
    if (page.length === request.limit) break;
  }
  return page;
}

/** Whether a page before has shown all of a level. */
function isBefore({ fit }: Level, { after, sort }: PageRequest): boolean {
  if (after === undefined) return false;
  return sort.reverse ? fit > after.fit : fit < after.fit;
}

function inOrder({ all, texts }: Many, { sort, sets }: PageRequest & { readonly sets: Sets }): Iterable<Level> {
  const hasLevels = sort.by === 'relevance' && texts.length > 0;
  if (!hasLevels) return [{ fit: FIT.name, set: all, count: countSet(all) }];
  const levels = levelsOf({ all, texts, sets });
  return sort.reverse ? [...levels].reverse() : levels;
}

/** One way through all repositories. */
interface Walk {
  readonly order: Order;
  readonly reverse: boolean;
  readonly compare: (a: number, b: number) => number;
  /** How a slot stands to a place: negative before it, in the order that is not reversed. */
  readonly compareTo: (slot: number, place: PlaceKey) => number;
}

interface PlaceKey {
  readonly pushedAtMs: number;
  readonly name: Slice;
}

function walkOf({ repositories, byName, byPush }: EngineIndex, { by, reverse }: Sort): Walk {
  const compareName = (slot: number, { name }: PlaceKey) => compare(repositories.nameOf(slot), name);
  if (by === 'name') return { order: byName, reverse, compare: repositories.compareNames, compareTo: compareName };
  return {
    order: byPush,
    reverse,
    compare: repositories.comparePushes,
    compareTo: (slot, place) => place.pushedAtMs - repositories.pushedAtOf(slot) || compareName(slot, place),
  };
}

interface Picking extends Walk {
  readonly after: Place | undefined;
  readonly wanted: number;
}

/** The first `wanted` slots of a level, after a place: from its own slots where they are few, else from all in order. */
function pick(level: Level, picking: Picking): number[] {
  const steps = (picking.wanted / level.count) * level.set.words.length * 32;
  return steps < level.count * 3 ? pickFromOrder(level, picking) : pickFromLevel(level, picking);
}

function pickFromLevel({ set, count }: Level, { compare, compareTo, reverse, after, wanted }: Picking): number[] {
  const direction = reverse ? -1 : 1;
  const inDirection = (a: number, b: number) => direction * compare(a, b);
  const slots = slotsOf(set, count);
  if (!after) return firstOf(slots, wanted, inDirection);
  const key = keyOf(after);
  return firstOf(
    slots.filter((slot) => direction * compareTo(slot, key) > 0),
    wanted,
    inDirection,
  );
}

function pickFromOrder({ set }: Level, { order, compareTo, reverse, after, wanted }: Picking): number[] {
  const picked: number[] = [];
  const visit = (slot: number) => {
    if (hasSlot(set, slot)) picked.push(slot);
    return picked.length < wanted;
  };
  const key = after && keyOf(after);
  if (reverse) order.backward((slot) => key === undefined || compareTo(slot, key) < 0, visit);
  else order.forward((slot) => key !== undefined && compareTo(slot, key) <= 0, visit);
  return picked;
}

function keyOf({ pushedAtMs, name }: Place): PlaceKey {
  return { pushedAtMs, name: sliceOf(encode(name)) };
}
