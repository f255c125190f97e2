import { ALL_FIELDS, listOf } from '../../index/fields.ts';
import type { InvertedIndex } from '../../index/inverted-index.ts';
import { tierOfTerm } from '../../rank/term-tier.ts';
import { ALL_TIERS, TIER } from '../../rank/tier.ts';
import type { TierSets } from '../../rank/tier-sets.ts';
import { addDoc, type Bitset, unite } from '../../structures/bitset.ts';
import type { Slice } from '../../structures/bytes.ts';
import { uniteAll } from '../../structures/postings.ts';
import { finish, type Steps } from '../../structures/scheduler.ts';
import type { TextSource } from './text-source.ts';

/**
 * A text of letters and digits alone lies within one term, so that the lists of terms say it all. They are gone through
 * a second time for tiers, but only as far as a page needs it: the lists of the best are short. With `isWhole` the text
 * must be the whole term.
 */
export function createWithinTermText(index: InvertedIndex, sought: Slice, { isWhole = false } = {}): TextSource {
  const { terms, repositories } = index;
  const search: TermSearch = { index, sought, isWhole, lists: undefined };
  return {
    maxDocs: () => maxDocsOf(search),
    cost: () => costOf(search),
    collectTiers: (target) => collectTiers(search, target),
    collect: (target) => collect(search, target),
    atTier(tier, { take }) {
      const named = tier === TIER.name ? repositories.find(sought) : -1;
      const lists = finish(findLists(search)).byTier[tier] ?? [];
      if (named < 0 && lists.length === 0) return undefined;
      const set = take();
      if (named >= 0) addDoc(set, named);
      for (const list of lists) terms.lists.uniteInto(set, list);
      return set;
    },
    // With the doc its lists have changed, and perhaps which lists there are.
    update() {
      search.lists = undefined;
    },
  };
}

interface TermSearch {
  readonly index: InvertedIndex;
  readonly sought: Slice;
  /** Whether the text must be the whole term. */
  readonly isWhole: boolean;
  /** Once they are known. */
  lists: TierLists | undefined;
}

function* findLists(search: TermSearch): Steps<TierLists> {
  search.lists ??= yield* listsOf(search);
  return search.lists;
}

function* maxDocsOf(search: TermSearch): Steps<number> {
  return (yield* findLists(search)).maxDocs;
}

function* costOf(search: TermSearch): Steps<number> {
  return (yield* findLists(search)).count;
}

function* collectTiers(search: TermSearch, target: TierSets): Steps<void> {
  const { terms, repositories } = search.index;
  const { byTier } = yield* findLists(search);
  const named = repositories.find(search.sought);
  if (named >= 0) target.add(TIER.name, named);
  for (const tier of ALL_TIERS) {
    const lists = byTier[tier] ?? [];
    if (lists.length > 0) unite(target.all, yield* uniteAll(terms.lists, lists, target.of(tier)));
  }
}

function* collect(search: TermSearch, target: Bitset): Steps<void> {
  const { byTier } = yield* findLists(search);
  for (const lists of byTier) yield* uniteAll(search.index.terms.lists, lists, target);
}

/** The lists of all terms that hold a text. */
interface TierLists {
  /** For each tier the lists of its docs. */
  readonly byTier: readonly (readonly number[])[];
  /** How many they are. */
  readonly count: number;
  /** How long they are together. */
  readonly maxDocs: number;
}

function* listsOf({ index: { terms }, sought, isWhole }: TermSearch): Steps<TierLists> {
  const byTier = ALL_TIERS.map((): number[] => []);
  let maxDocs = 0;
  yield* terms.eachMatch(sought, (term, which) => {
    if (isWhole && which !== 'whole') return;
    for (const field of ALL_FIELDS) {
      const list = listOf(term, field);
      const count = terms.lists.count(list);
      if (count > 0) byTier[tierOfTerm(field, which)]?.push(list);
      maxDocs += count;
    }
  });
  return { byTier, count: byTier.reduce((sum, lists) => sum + lists.length, 0), maxDocs };
}
