import { encode, indexOf, type Slice, sliceOf } from './bytes.ts';
import { type EdgeSide, edgesAround } from './edges.ts';
import type { EngineIndex } from './engine-index.ts';
import { FIT, type Fit, fitInName, fitOfWord } from './fit.ts';
import type { FitSets } from './fit-sets.ts';
import type { Postings } from './postings.ts';
import type { Steps } from './slices.ts';
import { addSlot, clearSet, countSet, intersect, slotsOf } from './slot-set.ts';
import { uniteLists } from './unite-lists.ts';
import { listOf, type WordMatch } from './word-index.ts';
import { ALL_FIELDS, FIELD, isWordByte, wordsOf } from './words.ts';

/** A text condition: like a Matcher, but it says how well the text fits. */
export interface TextMatcher {
  readonly text: string;
  /** Adds every slot that holds the text to the set of its fit; a slot may be in the sets of worse ones as well. */
  fill(target: FitSets): Steps<void>;
  /** How the text fits a live slot as it is now. */
  fit(slot: number): Fit | undefined;
}

/** Postings or candidates to look at between two yields. */
const STEP = 20_000;
const CANDIDATES_AT_A_TIME = 1_000;

/** `text` is folded and not empty. */
export function createTextMatcher(index: EngineIndex, text: string): TextMatcher {
  const part = sliceOf(encode(text));
  const isInOneWord = part.bytes.every(isWordByte);
  return {
    text,
    fill: (target) => (isInOneWord ? fillWord(index, part, target) : fillAcross(index, part, target)),
    fit: (slot) => fitOfSlot(index, slot, part),
  };
}

function fitOfSlot(index: EngineIndex, slot: number, part: Slice): Fit | undefined {
  return fitInName(index.repositories.nameOf(slot), part) ?? fitInTexts(index, slot, part);
}

function fitInTexts({ repositories, labels }: EngineIndex, slot: number, part: Slice): Fit | undefined {
  if (repositories.textsHold(slot, part)) return FIT.text;
  return repositories.labelsOf(slot).some((id) => indexOf(labels.names.at(id), part) >= 0) ? FIT.text : undefined;
}

/** A text of letters and digits alone lies within one word, so that the lists of words say it all. */
function* fillWord(index: EngineIndex, part: Slice, target: FitSets): Steps<void> {
  const { words, repositories } = index;
  let work = 0;
  for (const { word, part: which } of words.matches(part)) {
    for (const field of ALL_FIELDS) {
      const list = listOf(word, field);
      const count = words.lists.count(list);
      if (count === 0) continue;
      words.lists.uniteInto(target.of(fitOfWord(field, which)), list);
      work += count;
    }
    if (work < STEP) continue;
    work = 0;
    yield;
  }
  const named = repositories.find(part);
  if (named >= 0) addSlot(target.of(FIT.name), named);
}

/** A text that goes beyond a word: whoever may have it, from its words and edges, is looked at one by one. */
function* fillAcross(index: EngineIndex, part: Slice, target: FitSets): Steps<void> {
  const { repositories } = index;
  const inNames = yield* candidatesOf(yield* sourcesOf(index, part, 'name'), target);
  yield* verify(inNames, (slot) => fitInName(repositories.nameOf(slot), part), target);
  const inTexts = yield* candidatesOf(yield* sourcesOf(index, part, 'text'), target);
  yield* verify(inTexts, (slot) => fitInTexts(index, slot, part), target);
}

function* verify(candidates: Uint32Array, fitOf: (slot: number) => Fit | undefined, target: FitSets): Steps<void> {
  for (let from = 0; from < candidates.length; from += CANDIDATES_AT_A_TIME) {
    for (const slot of candidates.subarray(from, from + CANDIDATES_AT_A_TIME)) {
      const fit = fitOf(slot);
      if (fit !== undefined) addSlot(target.of(fit), slot);
    }
    yield;
  }
}

/** Lists of which whoever has a text is in one at least. */
interface Source {
  readonly postings: Postings;
  readonly lists: readonly number[];
  /** How many slots are in them, counted once for each. */
  readonly cost: number;
}

/** So many entries of lists are as quick to look through as one repository. */
const WORTH = 16;
/** A text may have hundreds; whoever is in the rarest of them is hardly ever without the text. */
const MOST_SOURCES = 8;

function* candidatesOf(sources: Source[], sets: FitSets): Steps<Uint32Array> {
  const found = sets.take();
  const other = sets.take();
  const [rarest, ...others] = sources.sort((a, b) => a.cost - b.cost).slice(0, MOST_SOURCES);
  if (rarest) yield* uniteLists(rarest.postings, rarest.lists, found);
  for (const { postings, lists, cost } of others) {
    if (cost > countSet(found) * WORTH) break;
    intersect(found, yield* uniteLists(postings, lists, other));
    clearSet(other);
    yield;
  }
  return slotsOf(found);
}

/** Whose name has a word is in no list for its having the word in a text as well. */
const SIDE_FIELDS = { name: ALL_FIELDS.filter((field) => field !== FIELD.text), text: ALL_FIELDS };

/** The edges of the text, and its words of three letters and more; shorter ones are too many, and edges say as much. */
function* sourcesOf({ words, byEdge }: EngineIndex, part: Slice, side: EdgeSide): Steps<Source[]> {
  const sources = edgesAround(part, side).map((lists) => sourceOf(byEdge, lists));
  for (const [start, end] of wordsOf(part)) {
    if (end - start < 3) continue;
    const matches = words.matches({ ...part, start, end });
    const fitting = matches.filter((match) => fitsBetween(match, start > part.start, end < part.end));
    const lists = fitting.flatMap(({ word }) => SIDE_FIELDS[side].map((field) => listOf(word, field)));
    sources.push(sourceOf(words.lists, lists));
    yield;
  }
  return sources;
}

function sourceOf(postings: Postings, lists: readonly number[]): Source {
  return { postings, lists, cost: lists.reduce((cost, list) => cost + postings.count(list), 0) };
}

/** Whether a word can stand where the text has a separator before or after the piece. */
function fitsBetween({ part, isEnd }: WordMatch, isAfterSeparator: boolean, isBeforeSeparator: boolean): boolean {
  if (isAfterSeparator && isBeforeSeparator) return part === 'whole';
  if (isAfterSeparator) return part !== 'inside';
  return !isBeforeSeparator || isEnd;
}
