import type { Sort } from '../../query/query.ts';
import type { EngineIndex } from '../index/inverted-index.ts';
import type { Found } from '../match/matcher.ts';
import { hasSlot, slotsOf } from '../structures/bitset.ts';
import type { Sets } from '../structures/bitset-pool.ts';
import { firstOf } from '../structures/top-k.ts';
import type { Place } from './cursor.ts';
import { FIT } from './match-tier.ts';
import { createPlacing, keyOf, type Placed, type Placing, type Walk, walkOf } from './sort-order.ts';
import { type Level, levelsOf } from './tiers.ts';

export interface PageRequest {
  readonly sort: Sort;
  /** How many hits to pass over. */
  readonly offset: number;
  /** The hit to begin after. */
  readonly after: Place | undefined;
  readonly limit: number;
}

export interface Page extends PageRequest {
  /** How many were found. */
  readonly total: number;
  readonly sets: Sets;
}

type Few = Extract<Found, { kind: 'few' }>;
type Many = Extract<Found, { kind: 'many' }>;

/** The hits of one page, in order. */
export function pickPage(index: EngineIndex, found: Found, request: Page): Placed[] {
  if (found.kind === 'few') return pickFromFew(found, request, createPlacing(index, request.sort));
  return pickFromMany(found, request, walkOf(index, request.sort));
}

function pickFromFew({ fits }: Few, { after, offset, limit }: PageRequest, placing: Placing): Placed[] {
  const placed = [...fits].map(([slot, fit]) => ({ slot, fit: placing.fit(fit) }));
  const left = after ? placed.filter(placing.isAfter(after)) : placed;
  return left.sort(placing.compare).slice(offset, offset + limit);
}

function pickFromMany(found: Many, request: Page, walk: Walk): Placed[] {
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

function inOrder({ all, texts }: Many, { sort, total, sets }: Page): Iterable<Level> {
  const hasLevels = sort.by === 'relevance' && texts.length > 0;
  if (!hasLevels) return [{ fit: FIT.name, set: all, count: total }];
  const levels = levelsOf({ all, total, texts, sets });
  return sort.reverse ? [...levels].reverse() : levels;
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
