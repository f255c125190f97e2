import type { Standing } from '../engine.ts';
import type { Query, Sort } from '../query/query.ts';
import { encode, sliceOf } from './bytes.ts';
import type { Matching } from './condition-matcher.ts';
import type { Place } from './cursor.ts';
import type { EngineIndex } from './engine-index.ts';
import { letterPairsOf } from './letter-pairs.ts';
import { fitBy, isAfter, type Placed } from './page.ts';
import { fitsOfSlot, type Parts, partsOf } from './parts.ts';
import { createSlotSet, hasSlot } from './slot-set.ts';
import type { View } from './views.ts';
import type { Upserted } from './write.ts';

/**
 * Whether answers that were given would be given again. Most writes concern few of them: a page changes only with a
 * repository that it counts and no longer would, or the other way round, and with one that stands on it or before it.
 * So what is asked again and again need not be worked out anew for every push to something else.
 */
export interface Standings {
  /** Of a page that is right at this moment. One without any pair of letters to go by counts as fragile. */
  add(page: Page): Standing;
  /** Of what any write may change: the same for all from one write to the next. */
  fragile(): Standing;
  /** To be told before a slot is written (-1 for one that is not there); what it gives is to be told after that. */
  beforeWrite(slot: number): (written: Upserted) => void;
}

export interface Page extends Omit<Matching, 'sets'> {
  readonly query: Query;
  readonly view: View | undefined;
  readonly sort: Sort;
  /** Where its last hit stands; undefined where no hit comes after it, so that any further one belongs on it. */
  readonly last: Place | undefined;
}

interface Watched {
  /** The same for pages that nothing tells apart. */
  readonly key: string;
  readonly standing: { isCurrent: boolean };
  /** Pairs of letters that everything has that it asks for. */
  readonly pairs: ReadonlySet<number>;
  readonly sideOf: (slot: number) => Side;
}

/** Where a slot stands: up to the end of a page, after it, or nowhere, because it is not asked for. */
type Side = 'shown' | 'after' | 'nowhere';

/** Further ones push out the oldest, which then count as outdated. */
const MOST = 2_048;

export function createStandings(index: EngineIndex): Standings {
  const watched = new Map<string, Watched>();
  /** The same by one of their pairs each. */
  const byPair = new Map<number, Set<Watched>>();
  let fragile: Watched['standing'] = { isCurrent: true };

  const begin = (one: Watched) => {
    const [pair = 0] = one.pairs;
    const others = byPair.get(pair) ?? new Set();
    watched.set(one.key, one);
    byPair.set(pair, others.add(one));
  };
  const end = (one: Watched) => {
    const [pair = 0] = one.pairs;
    one.standing.isCurrent = false;
    watched.delete(one.key);
    byPair.get(pair)?.delete(one);
  };
  /** Those all of whose pairs a slot has. */
  const likely = (slot: number): Watched[] => {
    if (slot < 0 || watched.size === 0 || !hasSlot(index.live, slot)) return [];
    const pairs = letterPairsOf(textsOf(index, slot));
    return [...pairs].flatMap((pair) => [...(byPair.get(pair) ?? [])].filter((one) => one.pairs.isSubsetOf(pairs)));
  };

  return {
    add(page) {
      const pairs = pairsOfQuery(page.query);
      if (pairs.size === 0) return fragile;
      const one = { key: keyOf(page), standing: { isCurrent: true }, pairs, sideOf: createSideOf(index, page) };
      const before = watched.get(one.key);
      if (before) end(before);
      begin(one);
      const [oldest] = watched.values();
      if (oldest && watched.size > MOST) end(oldest);
      return one.standing;
    },
    fragile: () => fragile,
    beforeWrite(slotBefore) {
      const asking = likely(slotBefore);
      const before = new Map(asking.map((one) => [one, one.sideOf(slotBefore)]));
      return ({ slot, hasNewTexts }) => {
        const concerned = hasNewTexts ? new Set([...asking, ...likely(slot)]) : asking;
        for (const one of concerned) if (isChanged(before.get(one), one.sideOf(slot))) end(one);
        fragile.isCurrent = false;
        fragile = { isCurrent: true };
      };
    },
  };
}

function isChanged(before: Side = 'nowhere', after: Side): boolean {
  return before !== after || before === 'shown';
}

/** Conditions are read when the first write asks for them: most answers are outdated, or forgotten, before. */
function createSideOf(index: EngineIndex, page: Page): Watched['sideOf'] {
  const asked = { ...page, sets: { take: () => createSlotSet(0), end: () => undefined } };
  let parts: Parts | undefined;
  return (slot) => {
    parts ??= partsOf(asked);
    const fits = fitsOfSlot(asked, parts, slot);
    if (!fits) return 'nowhere';
    const placed: Placed = { slot, fit: fitBy(page.sort, Math.max(0, ...fits)) };
    return page.last && isAfter(index, page.sort, page.last)(placed) ? 'after' : 'shown';
  };
}

function pairsOfQuery({ all }: Query): Set<number> {
  return letterPairsOf(all.flatMap((one) => (one.kind === 'text' ? [sliceOf(encode(one.text))] : [])));
}

function keyOf({ query, sort, last }: Page): string {
  return JSON.stringify([query, sort, last]);
}

function textsOf({ repositories, labels }: EngineIndex, slot: number) {
  const labelTexts = repositories.labelsOf(slot).map((id) => labels.names.at(id));
  return [repositories.nameOf(slot), repositories.textsOf(slot), ...labelTexts];
}
