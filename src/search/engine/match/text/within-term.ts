import type { InvertedIndex } from '../../index/inverted-index.ts';
import { ALL_FIELDS, listOf } from '../../index/fields.ts';
import { tierOfTerm } from '../../rank/match-tier.ts';
import { ALL_TIERS, TIER } from '../../rank/tier.ts';
import type { TierSets } from '../../rank/tier-sets.ts';
import { addDoc, type Bitset, unite } from '../../structures/bitset.ts';
import type { Slice } from '../../structures/bytes.ts';
import { uniteAll } from '../../structures/postings.ts';
import { finish, type Steps } from '../../structures/scheduler.ts';
import type { TextSource } from './text-source.ts';

/**
 * A text of letters and digits alone lies within one term, so that the lists of terms say it all. They are gone through
 * a second time for how well the text fits, but only as far as a page needs it: those that fit best are short. With
 * `isWhole` it must be the whole term.
 */
export function createWithinTermText(index: InvertedIndex, part: Slice, { isWhole = false } = {}): TextSource {
  const { terms, repositories } = index;
  const sought: Sought = { index, part, isWhole, lists: undefined };
  return {
    maxDocs: () => maxDocsOf(sought),
    cost: () => costOf(sought),
    collectTiers: (target) => collectTiers(sought, target),
    collect: (target) => collect(sought, target),
    addTier(target, tier) {
      const named = tier === TIER.name ? repositories.find(part) : -1;
      if (named >= 0) addDoc(target, named);
      const lists = finish(findLists(sought)).byTier[tier] ?? [];
      for (const list of lists) terms.lists.uniteInto(target, list);
      return named >= 0 || lists.length > 0;
    },
    // With the doc its lists have changed, and perhaps which lists there are.
    update() {
      sought.lists = undefined;
    },
  };
}

interface Sought {
  readonly index: InvertedIndex;
  readonly part: Slice;
  /** Whether the text must be the whole term. */
  readonly isWhole: boolean;
  /** Once they are known. */
  lists: TierLists | undefined;
}

function* findLists(sought: Sought): Steps<TierLists> {
  sought.lists ??= yield* listsOf(sought);
  return sought.lists;
}

function* maxDocsOf(sought: Sought): Steps<number> {
  return (yield* findLists(sought)).maxDocs;
}

function* costOf(sought: Sought): Steps<number> {
  return (yield* findLists(sought)).count;
}

function* collectTiers(sought: Sought, target: TierSets): Steps<void> {
  const { terms, repositories } = sought.index;
  const { byTier } = yield* findLists(sought);
  const named = repositories.find(sought.part);
  if (named >= 0) target.add(TIER.name, named);
  for (const tier of ALL_TIERS) {
    const lists = byTier[tier] ?? [];
    if (lists.length > 0) unite(target.all, yield* uniteAll(terms.lists, lists, target.of(tier)));
  }
}

function* collect(sought: Sought, target: Bitset): Steps<void> {
  const { byTier } = yield* findLists(sought);
  for (const lists of byTier) yield* uniteAll(sought.index.terms.lists, lists, target);
}

/** The lists of all terms that hold a text. */
interface TierLists {
  /** For each tier the lists of the docs that the text fits that way. */
  readonly byTier: readonly (readonly number[])[];
  /** How many they are. */
  readonly count: number;
  /** How long they are together. */
  readonly maxDocs: number;
}

function* listsOf({ index: { terms }, part, isWhole }: Sought): Steps<TierLists> {
  const byTier = ALL_TIERS.map((): number[] => []);
  let most = 0;
  yield* terms.eachMatch(part, (term, which) => {
    if (isWhole && which !== 'whole') return;
    for (const field of ALL_FIELDS) {
      const list = listOf(term, field);
      const count = terms.lists.count(list);
      if (count > 0) byTier[tierOfTerm(field, which)]?.push(list);
      most += count;
    }
  });
  return { byTier, count: byTier.reduce((sum, lists) => sum + lists.length, 0), maxDocs: most };
}
