import { type Bitset, copySet, countDocs, intersect, moveCommon } from '../structures/bitset.ts';
import type { Bitsets } from '../structures/bitset-pool.ts';
import { type Costs, costsOfDemotion, costsOfText, sumOf } from './costs.ts';
import { EXACT_LEVEL, firstLevelOf, WEIGHED_TEXTS } from './level.ts';
import { TIER, type TierMatches } from './match-tier.ts';

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

/** Splits what was found by how well it fits, best first, each level only when it is asked for. */
export function* levelsOf(split: LevelSplit): Generator<LevelHits> {
  const { all, total, texts, sets } = split;
  const left = sets.take();
  copySet(left, all);
  let rest = total;
  const exact = exactOf(texts, left, sets);
  if (exact) yield exact;
  rest -= exact?.count ?? 0;
  const costs = costsOf(split);
  const worst = costs?.all.at(-1);
  for (const cost of costs?.all ?? []) {
    if (rest === 0 || cost === worst) break;
    const set = sets.take();
    const count = costs?.move(left, cost, set) ?? 0;
    if (count > 0) yield { level: firstLevelOf(texts.length) + cost, set, count };
    rest -= count;
  }
  // Nothing costs more, so that all that is left costs this.
  if (rest > 0) yield { level: firstLevelOf(texts.length) + (worst ?? 0), set: left, count: rest };
}

/** Takes out those of which a text is the whole name. */
function exactOf(texts: readonly TierMatches[], left: Bitset, sets: LevelSplit['sets']): LevelHits | undefined {
  const named = sets.take();
  const isAny = texts.map((text) => text.addTier(named, TIER.name)).includes(true);
  if (!isAny) return undefined;
  const set = sets.take();
  const count = moveCommon(left, named, set);
  return count === 0 ? undefined : { level: EXACT_LEVEL, set, count };
}

function costsOf({ all, texts, demoted, sets }: LevelSplit): Costs | undefined {
  const ofTexts = texts.slice(0, WEIGHED_TEXTS).map((text) => costsOfText(text, sets));
  const isMixed = demoted !== undefined && hasCommon(demoted, all, sets);
  const weighed = isMixed ? [...ofTexts, costsOfDemotion(demoted, all, sets)] : ofTexts;
  return weighed.length === 0 ? undefined : weighed.reduce((sum, costs) => sumOf(sum, costs, sets));
}

function hasCommon(one: Bitset, other: Bitset, sets: LevelSplit['sets']): boolean {
  const common = sets.take();
  copySet(common, one);
  intersect(common, other);
  return countDocs(common) > 0;
}
