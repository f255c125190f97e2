import { endsWith, type Slice } from './bytes.ts';
import { type EdgeSide, edgesAround } from './edges.ts';
import type { EngineIndex } from './engine-index.ts';
import { fitInName } from './fit.ts';
import type { FitSets } from './fit-sets.ts';
import { type Postings, sumOfCounts } from './postings.ts';
import type { Sets } from './set-pool.ts';
import type { Steps } from './slices.ts';
import { clearSet, countSet, intersect, slotsOf } from './slot-set.ts';
import { fitInTexts } from './text-fit.ts';
import type { TextMatching } from './text-matcher.ts';
import type { FitSource } from './text-source.ts';
import { uniteLists } from './unite-lists.ts';
import { verifyFits } from './verify-fits.ts';
import { listOf, type WordIndex } from './word-index.ts';
import { ALL_FIELDS, FIELD, wordsOf } from './words.ts';

/** A text that goes beyond a word: whoever may have it, from its words and edges, is looked at one by one. */
export function createAcrossText({ index, sets }: TextMatching, part: Slice): FitSource {
  const sought: Sought = { index, sets, part, sources: undefined };
  return { most: () => mostOf(sought), fillFits: (target) => fillFits(sought, target) };
}

interface Sought extends TextMatching {
  readonly part: Slice;
  /** Once they are known. */
  sources: Sources | undefined;
}

function* findSources(sought: Sought): Steps<Sources> {
  const { index, part } = sought;
  sought.sources ??= { name: yield* sourcesOf(index, part, 'name'), text: yield* sourcesOf(index, part, 'text') };
  return sought.sources;
}

function* mostOf(sought: Sought): Steps<number> {
  const { name, text } = yield* findSources(sought);
  return costOfRarest(name) + costOfRarest(text);
}

function* fillFits(sought: Sought, target: FitSets): Steps<void> {
  const { index, sets, part } = sought;
  const { name, text } = yield* findSources(sought);
  const inNames = yield* candidatesOf(name, sets);
  yield* verifyFits(inNames, (slot) => fitInName(index.repositories.nameOf(slot), part), target);
  const inTexts = yield* candidatesOf(text, sets);
  yield* verifyFits(inTexts, (slot) => fitInTexts(index, slot, part), target);
}

/** By side, the rarest first. They stay good while others have a turn: whoever comes into a list by then was written. */
type Sources = Readonly<Record<EdgeSide, readonly Source[]>>;

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

function costOfRarest([rarest]: readonly Source[]): number {
  return rarest?.cost ?? 0;
}

function* candidatesOf([rarest, ...others]: readonly Source[], sets: Sets): Steps<Uint32Array> {
  const found = sets.take();
  const other = sets.take();
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
    const fitting = yield* wordsBetween(words, part, [start, end]);
    const lists = fitting.flatMap((word) => SIDE_FIELDS[side].map((field) => listOf(word, field)));
    sources.push(sourceOf(words.lists, lists));
    yield;
  }
  return sources.sort((a, b) => a.cost - b.cost).slice(0, MOST_SOURCES);
}

function sourceOf(postings: Postings, lists: readonly number[]): Source {
  return { postings, lists, cost: sumOfCounts(postings, lists) };
}

/** The words that can stand where the text has the piece from `start` to `end`, maybe with separators around it. */
function* wordsBetween(words: WordIndex, part: Slice, [start, end]: readonly [number, number]): Steps<number[]> {
  const piece = { ...part, start, end };
  const isAfter = start > part.start;
  const isBefore = end < part.end;
  if (isAfter && isBefore) return [words.find(piece)].filter((word) => word >= 0);
  const fitting: number[] = [];
  yield* words.eachMatch(piece, (word, which) => {
    const isFitting = isAfter ? which !== 'inside' : !isBefore || endsWith(words.wordAt(word), piece);
    if (isFitting) fitting.push(word);
  });
  return fitting;
}
