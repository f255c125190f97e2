import type { Sort } from '../../query/sort.ts';
import { addDoc, type Bitset, copySet, countDocs, isEmpty, moveCommon, subtract, unite } from '../structures/bitset.ts';
import { type Bitsets, createScratch, type Scratch, unionOf } from '../structures/bitset-pool.ts';
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
  /** Those that count first. */
  readonly texts: readonly TierMatches[];
  readonly demoted: Bitset | undefined;
  readonly sets: Pick<Bitsets, 'take'>;
}

/** A level, or undefined where others may have a turn. */
export type Levels = Generator<LevelHits | undefined>;

/** Splits what was found by how well it fits, best first, each level only when it is asked for. */
export function* levelsOf({ all, texts, demoted, sets }: LevelSplit): Levels {
  const left = sets.take();
  copySet(left, all);
  const exact = takeExact(texts, left, sets);
  if (exact) yield hitsOf({ level: EXACT_LEVEL, set: exact });
  const scales = demoted ? [scaleOfDemotion(demoted, all, sets)] : [];
  for (const text of texts.slice(0, WEIGHED_TEXTS)) {
    scales.push(scaleOfText(text, sets));
    yield undefined;
  }
  yield* bestFirst(scales, { level: firstLevelOf(texts.length), set: left }, sets);
}

/** Hits that are not counted yet. */
type Level = Omit<LevelHits, 'count'>;

function hitsOf(level: Level): LevelHits {
  return { ...level, count: countDocs(level.set) };
}

/** Takes out those of which a text is the whole name; undefined where there are none. */
function takeExact(texts: readonly TierMatches[], left: Bitset, sets: LevelSplit['sets']): Bitset | undefined {
  const named = unionOf(
    texts.map((text) => text.atTier(TIER.name, sets)),
    sets,
  );
  if (!named) return undefined;
  const set = sets.take();
  return moveCommon(left, named, set) ? set : undefined;
}

/** Hits of which it is known what they cost by the first scales. */
interface Part extends Level {
  /** The least that they may have. */
  readonly level: number;
  /** The scale that is looked at next, and the first of its costs that they may have. */
  readonly scale: number;
  readonly at: number;
}

/**
 * Always splits the part that may be best, by one cost of one scale: the others stay together if no page needs them.
 * Parts of which the same is known are one: of `team api`, docs with 1 for `team` and 5 for `api` are joined with those
 * that have 5 and 1. So of one level each scale is done with before the next.
 */
function* bestFirst(scales: readonly Scale[], all: Level, sets: LevelSplit['sets']): Levels {
  const least = scales.reduce((sum, { costs }) => sum + (costs[0] ?? 0), 0);
  const parts: Part[] = [{ ...all, level: all.level + least, scale: 0, at: 0 }];
  const scratch = createScratch(sets);
  for (let part = takeBest(parts); part; part = takeBest(parts)) {
    const scale = scales[part.scale];
    if (!scale) yield hitsOf(part);
    else for (const one of splitBy(scale, part, scratch)) join(parts, one, scratch);
    yield undefined;
  }
}

function takeBest(parts: Part[]): Part | undefined {
  let best = 0;
  for (const [at, part] of parts.entries()) if (isBefore(part, parts[best] ?? part)) best = at;
  return parts.splice(best, 1)[0];
}

function isBefore(one: Part, other: Part): boolean {
  return one.level === other.level ? one.scale < other.scale : one.level < other.level;
}

function join(parts: Part[], part: Part, { giveBack }: Scratch): void {
  const same = parts.find(({ level, scale, at }) => level === part.level && scale === part.scale && at === part.at);
  if (!same) {
    parts.push(part);
    return;
  }
  unite(same.set, part.set);
  giveBack(part.set);
}

/** Those that have a cost, and the others. */
function splitBy({ costs, docsAt }: Scale, part: Part, { take, giveBack }: Scratch): Part[] {
  const next = costs[part.at + 1];
  const having = { ...part, scale: part.scale + 1, at: 0 };
  if (next === undefined) return [having];
  const others = { ...part, at: part.at + 1, level: part.level + next - (costs[part.at] ?? 0) };
  const docs = docsAt(part.at);
  if (!docs) return [others];
  const set = take();
  const isAny = moveCommon(part.set, docs, set);
  if (!isAny) giveBack(set);
  const isAll = isAny && isEmpty(part.set);
  if (isAll) giveBack(part.set);
  return [...(isAny ? [{ ...having, set }] : []), ...(isAll ? [] : [others])];
}

/** Levels of docs that were looked at one by one, so that the level of each is known. */
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
  /**
   * The least first, which is one that docs have. Levels begin at the sum of these: where no name has `api` as a
   * component, no level is looked at that only such a name could have.
   */
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
    const tier = TIERS_BY_COST[at]?.tier;
    return tier === undefined ? undefined : text.atTier(tier, sets);
  };
  const docsAt = (at: number) => {
    if (!found.has(at)) found.set(at, find(at));
    return found.get(at);
  };
  const first = TIERS_BY_COST.findIndex((_, at) => at === TIERS_BY_COST.length - 1 || docsAt(at) !== undefined);
  return {
    costs: TIERS_BY_COST.slice(first).map(({ cost }) => cost),
    docsAt: (at) => docsAt(first + at),
  };
}

function scaleOfDemotion(demoted: Bitset, all: Bitset, { take }: Pick<Bitsets, 'take'>): Scale {
  const others = take();
  copySet(others, all);
  subtract(others, demoted);
  return { costs: [0, DEMOTION], docsAt: () => others };
}
