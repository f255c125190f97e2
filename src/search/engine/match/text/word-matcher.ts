import type { RepositoryAttributes } from '../../index/doc-store.ts';
import { TIER, type Tier } from '../../rank/tier.ts';
import { type Bitset, putDoc, unite } from '../../structures/bitset.ts';
import { type Bitsets, unionOf } from '../../structures/bitset-pool.ts';
import type { Steps } from '../../structures/scheduler.ts';
import { createAttributesMatcher } from '../attributes.ts';
import type { Matching } from '../conditions.ts';
import { collectEach, type Matcher, sumOfMaxDocs } from '../matcher.ts';
import { KIND_WORDS } from './common-words.ts';
import { createMeantTags } from './meant-tags.ts';
import { createTieredTextMatcher, type TextualCondition, type TieredMatcher } from './tiered-matcher.ts';
import { tagsMeantBy } from './version-word.ts';

/** Where a word means something else, that counts as if a term of the name began with it. */
export const TIER_OF_MEANING = TIER.term;

/** A text as a person types it among others: it may be a version as well, or a kind of thing. */
export function createWordMatcher(matching: Matching, sought: TextualCondition): TieredMatcher {
  const text = createTieredTextMatcher(matching, sought);
  const meanings = sought.kind !== 'pattern' ? meaningsOf(matching, sought.text) : [];
  if (meanings.length === 0) return text;
  return withMeanings({ text, meanings, sets: matching.sets, meant: undefined });
}

/** What a word means beside the text that it is. */
function meaningsOf(matching: Matching, word: string): Matcher[] {
  const tags = tagsMeantBy(word);
  const kind = KIND_WORDS.get(word);
  const isKind = ({ types }: RepositoryAttributes) => kind !== undefined && types.includes(kind);
  return [
    ...(tags.length > 0 ? [createMeantTags(matching, tags)] : []),
    ...(kind ? [createAttributesMatcher(matching.index, isKind)] : []),
  ];
}

interface Word {
  readonly text: TieredMatcher;
  readonly meanings: readonly Matcher[];
  readonly sets: Bitsets;
  /** Who has what the word means beside its text, once it was collected. */
  meant: Bitset | undefined;
}

function withMeanings(word: Word): TieredMatcher {
  const { text, meanings } = word;
  const isMeant = (doc: number) => meanings.some(({ matches }) => matches(doc));
  const tier = (doc: number) => betterOf(text.tier(doc), () => isMeant(doc));
  return {
    maxDocs: () => sumOfMaxDocs([text, ...meanings]),
    collect: (target, within) => collect(word, target, within),
    matches: (doc) => tier(doc) !== undefined,
    tier,
    atTier: (sought, sets) =>
      unionOf([text.atTier(sought, sets), sought === TIER_OF_MEANING ? word.meant : undefined], sets),
    update(doc) {
      text.update(doc, text.tier(doc));
      if (word.meant) putDoc(word.meant, doc, isMeant(doc));
    },
  };
}

function* collect(word: Word, target: Bitset, within: Bitset): Steps<void> {
  yield* word.text.collect(target, within);
  const meant = word.sets.take();
  yield* collectEach(word.meanings, meant, within);
  unite(target, meant);
  word.meant = meant;
}

/** Whether the word means something else of a doc is looked at only where that is a better tier. */
function betterOf(tier: Tier | undefined, isMeant: () => boolean): Tier | undefined {
  if (tier !== undefined && tier <= TIER_OF_MEANING) return tier;
  return isMeant() ? TIER_OF_MEANING : tier;
}
