import { type BoundaryField, boundariesIn } from '../../index/boundary-ngrams.ts';
import { isTermByte, listOf, NAME_FIELDS } from '../../index/fields.ts';
import { tierInName } from '../../rank/match-tier.ts';
import { TIER, type Tier } from '../../rank/tier.ts';
import type { TierSets } from '../../rank/tier-sets.ts';
import { type Bitset, docsOf, intersect, unite } from '../../structures/bitset.ts';
import type { Slice } from '../../structures/bytes.ts';
import { sumOfCounts, uniteAll } from '../../structures/postings.ts';
import type { Steps } from '../../structures/scheduler.ts';
import { type TextMatching, type TierSource, verifyTiers } from './text-source.ts';

/**
 * A text that is an edge, such as `e-` or `/p`: the lists of edges say exactly who holds it. In names it mostly begins
 * inside a term; only where it may not is it looked at how well it fits.
 */
export function createBoundaryText(matching: TextMatching, part: Slice): TierSource {
  const { byBoundary } = matching.index;
  return {
    maxDocs: () => TIER_OF_FIELD.reduce((sum, [field]) => sum + sumOfCounts(byBoundary, listsAround(part, field)), 0),
    collectTiers: (target) => collectTiers(matching, part, target),
  };
}

const TIER_OF_FIELD: readonly (readonly [BoundaryField, Tier])[] = [
  ['name', TIER.insideTerm],
  ['text', TIER.text],
  ['address', TIER.address],
];

/** They may be more than a thousand, and most queries have a narrower condition than this. */
function listsAround(part: Slice, field: BoundaryField): number[] {
  return boundariesIn(part, [field]).flat();
}

function* collectTiers(matching: TextMatching, part: Slice, target: TierSets): Steps<void> {
  const { repositories, byBoundary } = matching.index;
  for (const [field, tier] of TIER_OF_FIELD) {
    unite(target.all, yield* uniteAll(byBoundary, listsAround(part, field), target.of(tier)));
  }
  const candidates = yield* outsideTerms(matching, part);
  intersect(candidates, target.of(TIER.insideTerm));
  const tierOf = (doc: number) => tierInName(repositories.nameOf(doc), part);
  yield* verifyTiers({ candidates: docsOf(candidates), tierOf }, target);
}

/** All in whose name the text may begin elsewhere than inside a term: with a term of one letter, or after a separator. */
function outsideTerms({ index: { byBoundary, terms }, sets }: TextMatching, part: Slice): Steps<Bitset> {
  const first = { ...part, end: part.start + 1 };
  if (!isTermByte(part.bytes[part.start] ?? 0)) {
    return uniteAll(byBoundary, boundariesIn(part, ['name'], { isAfterSeparator: true }).flat(), sets.take());
  }
  const term = terms.find(first);
  const lists = term < 0 ? [] : NAME_FIELDS.map((field) => listOf(term, field));
  return uniteAll(terms.lists, lists, sets.take());
}
