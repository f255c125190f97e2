import type { Sort } from '../../query/sort.ts';
import { DOCS_A_STEP } from '../cost-model.ts';
import type { InvertedIndex } from '../index/inverted-index.ts';
import type { Found, Matcher } from '../match/matcher.ts';
import { type Bitset, docsOf, hasDoc } from '../structures/bitset.ts';
import type { Bitsets } from '../structures/bitset-pool.ts';
import type { Steps } from '../structures/scheduler.ts';
import { firstOf } from '../structures/top-k.ts';
import { type LevelHits, levelsOf, levelsOfFew } from './levels.ts';
import type { Place } from './place.ts';
import { type HitOrder, hitOrderOf, type Placed, placeKeyOf } from './sort-order.ts';

export interface PageRequest {
  readonly sort: Sort;
  /** How many hits to pass over. */
  readonly offset: number;
  /** The hit to begin after. */
  readonly after: Place | undefined;
  readonly limit: number;
}

export interface Paging extends PageRequest {
  /** How many were found. */
  readonly total: number;
  readonly sets: Bitsets;
}

/** The hits of one page, in order. It is to be picked again where docs were written while others had a turn. */
export function* pickPage(index: InvertedIndex, found: Found, request: Paging): Steps<Placed[]> {
  const hitOrder = hitOrderOf(index, request.sort);
  const page: Placed[] = [];
  let { offset } = request;
  for (const hits of yield* inOrder(found, request)) {
    if (!hits) {
      yield;
      continue;
    }
    const after = request.after?.level === hits.level ? request.after : undefined;
    if (isShownBefore(hits, request)) continue;
    if (!after && hits.count <= offset) {
      offset -= hits.count;
      continue;
    }
    const wanted = offset + request.limit - page.length;
    const docs = pick(hits, { ...hitOrder, after, wanted }).slice(offset);
    offset = 0;
    for (const doc of docs) page.push({ doc, level: hits.level });
    if (page.length === request.limit) break;
  }
  return page;
}

/** Whether a page before has shown all of a level. */
function isShownBefore({ level }: LevelHits, { after, sort }: PageRequest): boolean {
  if (after === undefined) return false;
  return sort.reverse ? level > after.level : level < after.level;
}

function* inOrder(
  { all, levels, texts, demoted }: Found,
  { sort, total, sets }: Paging,
): Steps<Iterable<LevelHits | undefined>> {
  if (sort.by !== 'relevance') return [{ level: 0, set: all, count: total }];
  if (levels) return levelsOfFew(levels, { reverse: sort.reverse, sets });
  const ofMany = levelsOf({ all, texts, demoted: demoted && (yield* collectAll(demoted, all, sets)), sets });
  return sort.reverse ? [...ofMany].reverse() : ofMany;
}

function* collectAll({ collect }: Matcher, within: Bitset, { take }: Bitsets): Steps<Bitset> {
  const set = take();
  yield* collect(set, within);
  return set;
}

/** Where the order of all docs takes this many times the steps that were likely, the docs stand far down in it. */
const TIMES_AS_LIKELY = 16;

interface Picking extends HitOrder {
  readonly after: Place | undefined;
  readonly wanted: number;
}

/**
 * The first `wanted` docs of a level, after a place: along the order of all docs, where they are likely to stand near
 * its beginning; or else from the level's own. They may stand far behind, as charts stand behind most images, and what
 * lies deep behind what does not.
 */
function pick(hits: LevelHits, picking: Picking): number[] {
  const likelySteps = (picking.wanted / hits.count) * hits.set.words.length * 32;
  const mostSteps = Math.min(hits.count / DOCS_A_STEP, likelySteps * TIMES_AS_LIKELY);
  return (
    (likelySteps < mostSteps ? pickFromOrder(hits, picking, mostSteps) : undefined) ?? pickFromLevel(hits, picking)
  );
}

function pickFromLevel({ set, count }: LevelHits, picking: Picking): number[] {
  const { compare, compareTo, narrow, reverse, after, wanted } = picking;
  const direction = reverse ? -1 : 1;
  const inDirection = (a: number, b: number) => direction * compare(a, b);
  const docs = docsOf(set, count);
  if (!after) return firstOf(narrow(docs, wanted), wanted, inDirection);
  const key = placeKeyOf(after);
  return firstOf(
    docs.filter((doc) => direction * compareTo(doc, key) > 0),
    wanted,
    inDirection,
  );
}

/** Undefined where that takes more steps. */
function pickFromOrder({ set }: LevelHits, picking: Picking, mostSteps: number): number[] | undefined {
  const { list, compareTo, reverse, after, wanted } = picking;
  const picked: number[] = [];
  let left = mostSteps;
  const visit = (doc: number) => {
    if (hasDoc(set, doc)) picked.push(doc);
    left -= 1;
    return picked.length < wanted && left > 0;
  };
  const key = after && placeKeyOf(after);
  if (reverse) list.backward((doc) => key === undefined || compareTo(doc, key) < 0, visit);
  else list.forward((doc) => key !== undefined && compareTo(doc, key) <= 0, visit);
  return left > 0 ? picked : undefined;
}
