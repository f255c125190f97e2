import type { Sort } from '../../query/query.ts';
import { addDoc, type Bitset, copySet, moveCommon, subtract, unite } from '../structures/bitset.ts';
import type { Bitsets } from '../structures/bitset-pool.ts';
import { DEMOTION, EXACT_LEVEL, firstLevelOf, TIERS_BY_COST, WEIGHED_TEXTS } from './level.ts';
import { TIER, type TierMatches } from './tier.ts';

/** Hits that fit equally well. */
export interface LevelHits {
  /** See `levelOf`. */
  readonly level: number;
  readonly set: Bitset;
  readonly count: number;
}

export interface LevelSplit {
  readonly all: Bitset;
  /** How many those are. */
  readonly total: number;
  /** Those that count first. */
  readonly texts: readonly TierMatches[];
  readonly demoted: Bitset | undefined;
  readonly sets: Pick<Bitsets, 'take'>;
}

/** A level, or undefined where others may have a turn. */
export type Levels = Generator<LevelHits | undefined>;

/** Splits what was found by how well it fits, best first, each level only when it is asked for. */
export function* levelsOf(split: LevelSplit): Levels {
  const { all, total, texts, sets } = split;
  const left = sets.take();
  copySet(left, all);
  const exact = takeExact(texts, left, sets);
  if (exact.count > 0) yield exact;
  yield* bestFirst(scalesOf(split), { level: firstLevelOf(texts.length), set: left, count: total - exact.count }, sets);
}

/** Takes out those of which a text is the whole name. */
function takeExact(texts: readonly TierMatches[], left: Bitset, sets: LevelSplit['sets']): LevelHits {
  const [named, set] = [sets.take(), sets.take()];
  const isAny = texts.map((text) => text.addTier(named, TIER.name)).includes(true);
  return { level: EXACT_LEVEL, set, count: isAny ? moveCommon(left, named, set) : 0 };
}

function scalesOf({ all, texts, demoted, sets }: LevelSplit): Scale[] {
  const ofTexts = texts.slice(0, WEIGHED_TEXTS).map((text) => scaleOfText(text, sets));
  return demoted ? [scaleOfDemotion(demoted, all, sets), ...ofTexts] : ofTexts;
}

/** Hits of which it is known what they cost by the first scales. */
interface Part extends LevelHits {
  /** The least that they may have. */
  readonly level: number;
  /** The scale that is looked at next, and the first of its costs that they may have. */
  readonly scale: number;
  readonly at: number;
}

/** Always splits those that may be best, by one cost of one scale: others stay together if no page needs them. */
function* bestFirst(scales: readonly Scale[], all: LevelHits, sets: LevelSplit['sets']): Levels {
  const least = scales.reduce((sum, { costs }) => sum + (costs[0] ?? 0), 0);
  const parts: Part[] = [{ ...all, level: all.level + least, scale: 0, at: 0 }];
  const empty: Bitset[] = [];
  const splitting = { take: () => empty.pop() ?? sets.take(), giveBack: (set: Bitset) => void empty.push(set) };
  let best: LevelHits | undefined;
  for (let part = takeBest(parts); part; part = takeBest(parts)) {
    if (best && part.level > best.level) {
      yield best;
      best = undefined;
    }
    const scale = scales[part.scale];
    if (scale) parts.push(...splitBy(scale, part, splitting));
    else best = best ? together(best, part) : part;
    yield undefined;
  }
  if (best) yield best;
}

function takeBest(parts: Part[]): Part | undefined {
  let best = 0;
  for (const [at, { level }] of parts.entries()) if (level < (parts[best]?.level ?? level)) best = at;
  return parts.splice(best, 1)[0];
}

interface Emptied {
  take(): Bitset;
  /** Takes back a set that is empty. */
  giveBack(set: Bitset): void;
}

/** Those that have a cost, and the others. */
function splitBy({ costs, docsAt }: Scale, part: Part, { take, giveBack }: Emptied): Part[] {
  const next = costs[part.at + 1];
  const having = { ...part, scale: part.scale + 1, at: 0 };
  if (next === undefined) return [having];
  const others = { ...part, at: part.at + 1, level: part.level + next - (costs[part.at] ?? 0) };
  const docs = docsAt(part.at);
  if (!docs) return [others];
  const set = take();
  const count = moveCommon(part.set, docs, set);
  const both = [
    { ...having, set, count },
    { ...others, count: part.count - count },
  ];
  for (const one of both) if (one.count === 0) giveBack(one.set);
  return both.filter((one) => one.count > 0);
}

/** All of two parts, in the set of the first. */
function together(one: LevelHits, other: LevelHits): LevelHits {
  unite(one.set, other.set);
  return { ...one, count: one.count + other.count };
}

/** The same of docs whose levels are known. */
export function* levelsOfFew(
  levels: ReadonlyMap<number, number>,
  { reverse, sets }: Pick<LevelSplit, 'sets'> & Pick<Sort, 'reverse'>,
): Levels {
  const ascending = [...new Set(levels.values())].sort((a, b) => a - b);
  for (const level of reverse ? ascending.reverse() : ascending) {
    const set = sets.take();
    const docs = [...levels].flatMap(([doc, one]) => (one === level ? [doc] : []));
    for (const doc of docs) addDoc(set, doc);
    yield { level, set, count: docs.length };
  }
}

/** What docs may cost by one of the things that a query weighs. */
interface Scale {
  /** The least first. */
  readonly costs: readonly number[];
  /**
   * The docs of one of the costs, some of which may cost less; undefined where there are none. The last cost is that of
   * all others, and is not asked for.
   */
  docsAt(at: number): Bitset | undefined;
}

function scaleOfText(text: TierMatches, sets: Pick<Bitsets, 'take'>): Scale {
  const found = new Map<number, Bitset | undefined>();
  const find = (at: number) => {
    const set = sets.take();
    const tier = TIERS_BY_COST[at]?.tier;
    return tier !== undefined && text.addTier(set, tier) ? set : undefined;
  };
  return {
    costs: TIERS_BY_COST.map(({ cost }) => cost),
    docsAt(at) {
      if (!found.has(at)) found.set(at, find(at));
      return found.get(at);
    },
  };
}

function scaleOfDemotion(demoted: Bitset, all: Bitset, { take }: Pick<Bitsets, 'take'>): Scale {
  const others = take();
  copySet(others, all);
  subtract(others, demoted);
  return { costs: [0, DEMOTION], docsAt: () => others };
}
