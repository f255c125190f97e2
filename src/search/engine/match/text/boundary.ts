import { type BoundaryField, boundariesIn } from '../../index/boundary-ngrams.ts';
import { isTermByte, listOf, NAME_FIELDS } from '../../index/fields.ts';
import { tierInName } from '../../rank/name-tier.ts';
import { TIER, type Tier } from '../../rank/tier.ts';
import type { TierSets } from '../../rank/tier-sets.ts';
import { type Bitset, docsOf, intersect, unite } from '../../structures/bitset.ts';
import type { Slice } from '../../structures/bytes.ts';
import { sumOfCounts, uniteAll } from '../../structures/postings.ts';
import type { Steps } from '../../structures/scheduler.ts';
import { type TextMatching, type TierSource, verifyTiers } from './text-source.ts';

/**
 * A text that is a boundary, such as `e-` or `/p`: the lists of boundaries say exactly which docs hold it. In names it
 * mostly begins inside a term; only the names where it may not are read for its tier.
 */
export function createBoundaryText(matching: TextMatching, sought: Slice): TierSource {
  const { byBoundary } = matching.index;
  return {
    maxDocs: () => TIER_OF_FIELD.reduce((sum, [field]) => sum + sumOfCounts(byBoundary, listsAround(sought, field)), 0),
    collectTiers: (target) => collectTiers(matching, sought, target),
  };
}

const TIER_OF_FIELD: readonly (readonly [BoundaryField, Tier])[] = [
  ['name', TIER.insideTerm],
  ['text', TIER.text],
  ['address', TIER.address],
];

/** They may be more than a thousand, and most queries have a narrower condition than this. */
function listsAround(sought: Slice, field: BoundaryField): number[] {
  return boundariesIn(sought, [field]).flat();
}

function* collectTiers(matching: TextMatching, sought: Slice, target: TierSets): Steps<void> {
  const { repositories, byBoundary } = matching.index;
  for (const [field, tier] of TIER_OF_FIELD) {
    unite(target.all, yield* uniteAll(byBoundary, listsAround(sought, field), target.of(tier)));
  }
  const candidates = yield* outsideTerms(matching, sought);
  intersect(candidates, target.of(TIER.insideTerm));
  const tierOf = (doc: number) => tierInName(repositories.nameOf(doc), sought);
  yield* verifyTiers({ candidates: docsOf(candidates), tierOf }, target);
}

/**
 * All docs in whose names the text may begin elsewhere than inside a term: with a term of one letter, or after a
 * separator.
 */
function outsideTerms({ index: { byBoundary, terms }, sets }: TextMatching, sought: Slice): Steps<Bitset> {
  const first = { ...sought, end: sought.start + 1 };
  if (!isTermByte(sought.bytes[sought.start] ?? 0)) {
    return uniteAll(byBoundary, boundariesIn(sought, ['name'], { isAfterSeparator: true }).flat(), sets.take());
  }
  const term = terms.find(first);
  const lists = term < 0 ? [] : NAME_FIELDS.map((field) => listOf(term, field));
  return uniteAll(terms.lists, lists, sets.take());
}
