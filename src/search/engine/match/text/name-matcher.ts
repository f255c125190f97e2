import { withoutMarks } from '../../../fold.ts';
import { FIELD, isTermByte, listOf } from '../../index/fields.ts';
import type { InvertedIndex } from '../../index/inverted-index.ts';
import { tierInName } from '../../rank/name-tier.ts';
import { TIER, type Tier } from '../../rank/tier.ts';
import type { TierSets } from '../../rank/tier-sets.ts';
import { type Bitset, unite } from '../../structures/bitset.ts';
import { encode, type Slice, sliceOf } from '../../structures/bytes.ts';
import { sumOfCounts, uniteAll } from '../../structures/postings.ts';
import type { Steps } from '../../structures/scheduler.ts';
import { type Candidates, createCandidates } from './across-terms.ts';
import { inTwoSteps, type TextMatcher, type TextMatching, type TierSource, verifyTiers } from './text-source.ts';
import type { TieredMatcher } from './tiered-matcher.ts';

/** Docs whose name is the path or ends with its components: those for which the path, as a text, has such a tier. */
export function createNameMatcher(matching: TextMatching, path: string): TieredMatcher {
  const { index, sets } = matching;
  const sought = sliceOf(encode(withoutMarks(path)));
  const tier = (doc: number) => wholeTier(tierInName(index.repositories.nameOf(doc), sought));
  const isTerm = sought.bytes.every(isTermByte);
  const source = isTerm ? createTermName(index, sought) : createPathName(createCandidates(matching, sought), tier);
  const { maxDocs, collect, atTier, update } = inTwoSteps(source, sets);
  return { maxDocs, collect, atTier, update, tier, matches: (doc) => tier(doc) !== undefined };
}

function wholeTier(tier: Tier | undefined): Tier | undefined {
  return tier !== undefined && tier <= TIER.lastComponent ? tier : undefined;
}

/** Of a term alone a list says who has it as the last component. */
function createTermName(index: InvertedIndex, sought: Slice): TierSource {
  return {
    maxDocs: () => sumOfCounts(index.terms.lists, listsOf(index, sought)),
    collectTiers: (target) => collectNamed(index, sought, target),
  };
}

function* collectNamed(index: InvertedIndex, sought: Slice, target: TierSets): Steps<void> {
  const named = index.repositories.find(sought);
  if (named >= 0) target.add(TIER.name, named);
  const last = yield* uniteAll(index.terms.lists, listsOf(index, sought), target.of(TIER.lastComponent));
  unite(target.all, last);
}

function listsOf({ terms }: InvertedIndex, sought: Slice): number[] {
  const term = terms.find(sought);
  return term < 0 ? [] : [listOf(term, FIELD.lastComponent)];
}

function createPathName(candidates: Candidates, tierOf: TextMatcher['tier']): TierSource {
  return {
    maxDocs: () => candidates.maxDocs('name'),
    collectTiers: (target, within) => verifyNames({ candidates, tierOf, within }, target),
  };
}

interface Verifying {
  readonly candidates: Candidates;
  readonly tierOf: TextMatcher['tier'];
  readonly within: Bitset;
}

function* verifyNames({ candidates, tierOf, within }: Verifying, target: TierSets): Steps<void> {
  yield* verifyTiers({ candidates: yield* candidates.of('name', within), tierOf }, target);
}
