import type { Profile } from '../../index/doc-store.ts';
import type { InvertedIndex } from '../../index/inverted-index.ts';
import { tagNameAt } from '../../index/tag-store.ts';
import { TIER, type Tier } from '../../rank/match-tier.ts';
import { addDoc, type Bitset, deleteDoc, growTo, unite } from '../../structures/bitset.ts';
import type { Bitsets } from '../../structures/bitset-pool.ts';
import { type Postings, sumOfCounts, uniteAll } from '../../structures/postings.ts';
import { done, type Steps } from '../../structures/scheduler.ts';
import { hasTag } from '../tags/tag-scan.ts';
import { KIND_WORDS } from './kind-words.ts';
import { type CachedTextMatching, createTextCondition, type TextCondition, type TextQuery } from './text-condition.ts';
import { createMeantTest, tagNamesMeant, tagsMeantBy } from './version-word.ts';

/** What a word means beside the text that it is. */
interface Meaning {
  /** Lists of those who have it. */
  readonly find: () => Steps<Lists>;
  /** Whether a live doc has it now. */
  readonly matches: (doc: number) => boolean;
}

interface Lists {
  readonly postings: Postings;
  readonly lists: readonly number[];
}

/** Where a word means something else, that fits as well as if a word of the name began with it. */
const TIER_OF_MEANING = TIER.word;

/** A text as a person types it among others: it may be a version as well, or a kind of thing. */
export function createWordCondition(matching: CachedTextMatching, sought: TextQuery): TextCondition {
  const text = createTextCondition(matching, sought);
  const meanings = sought.kind !== 'pattern' ? meaningsOf(matching.index, sought.text) : [];
  if (meanings.length === 0) return text;
  return withMeanings({ text, meanings, sets: matching.sets, found: undefined, meant: undefined });
}

function meaningsOf(index: InvertedIndex, word: string): Meaning[] {
  const tags = tagsMeantBy(word);
  const kind = KIND_WORDS.get(word);
  return [...(tags.length > 0 ? [ofTags(index, tags)] : []), ...(kind ? [ofKind(index, kind)] : [])];
}

function ofTags(index: InvertedIndex, tags: readonly string[]): Meaning {
  const { repositories, tagNames } = index;
  const isMeant = createMeantTest(tags);
  return {
    find: () => listsOfTags(index, tags),
    matches: (doc) => hasTag(repositories.tagsOf(doc), (row, tag) => isMeant(tagNames.names.at(tagNameAt(row, tag)))),
  };
}

function* listsOfTags(index: InvertedIndex, tags: readonly string[]): Steps<Lists> {
  return { postings: index.tagNames.lists, lists: yield* tagNamesMeant(index, tags) };
}

function ofKind({ repositories, byProfile }: InvertedIndex, kind: string): Meaning {
  const isKind = ({ types }: Profile) => types.includes(kind);
  return {
    find: () => done({ postings: byProfile, lists: repositories.profiles.idsWhere(isKind) }),
    matches: (doc) => isKind(repositories.profileOf(doc)),
  };
}

interface Word {
  readonly text: TextCondition;
  readonly meanings: readonly Meaning[];
  readonly sets: Bitsets;
  /** Once they are known. */
  found: readonly Lists[] | undefined;
  /** Who has what the word means beside its text, once it was collected. */
  meant: Bitset | undefined;
}

function withMeanings(word: Word): TextCondition {
  const { text, meanings } = word;
  const isMeant = (doc: number) => meanings.some(({ matches }) => matches(doc));
  const tier = (doc: number) => betterOf(text.tier(doc), () => isMeant(doc));
  return {
    maxDocs: () => maxDocsOf(word),
    collect: (target, within) => collect(word, target, within),
    matches: (doc) => tier(doc) !== undefined,
    tier,
    addTier(target, sought) {
      const isText = text.addTier(target, sought);
      if (sought !== TIER_OF_MEANING || !word.meant) return isText;
      unite(target, word.meant);
      return true;
    },
    update(doc) {
      text.update(doc, text.tier(doc));
      if (word.meant) correct(word.meant, doc, isMeant(doc));
    },
  };
}

function* maxDocsOf(word: Word): Steps<number> {
  const ofText = yield* word.text.maxDocs();
  const lists = yield* findOnce(word);
  return lists.reduce((sum, one) => sum + sumOfCounts(one.postings, one.lists), ofText);
}

function* collect(word: Word, target: Bitset, within: Bitset): Steps<void> {
  yield* word.text.collect(target, within);
  const meant = word.sets.take();
  for (const { postings, lists } of yield* findOnce(word)) yield* uniteAll(postings, lists, meant);
  unite(target, meant);
  word.meant = meant;
}

function* findOnce(word: Word): Steps<readonly Lists[]> {
  word.found ??= yield* findAll(word.meanings);
  return word.found;
}

function* findAll(meanings: readonly Meaning[]): Steps<Lists[]> {
  const found: Lists[] = [];
  for (const meaning of meanings) found.push(yield* meaning.find());
  return found;
}

/** Whether the word means something else of a doc is looked at only where that fits better. */
function betterOf(tier: Tier | undefined, isMeant: () => boolean): Tier | undefined {
  if (tier !== undefined && tier <= TIER_OF_MEANING) return tier;
  return isMeant() ? TIER_OF_MEANING : tier;
}

function correct(set: Bitset, doc: number, isIn: boolean): void {
  growTo(set, doc);
  if (isIn) addDoc(set, doc);
  else deleteDoc(set, doc);
}
