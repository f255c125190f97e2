import { ACROSS_TERMS } from '../../cost-model.ts';
import { boundariesBetween, type TextSide } from '../../index/boundary-ngrams.ts';
import { ALL_FIELDS, listOf, NAME_FIELDS } from '../../index/fields.ts';
import type { TermDictionary } from '../../index/term-dictionary.ts';
import { type Bitset, hasFewerDocs, isEmpty, unite } from '../../structures/bitset.ts';
import { createScratch, type Scratch } from '../../structures/bitset-pool.ts';
import type { Slice } from '../../structures/bytes.ts';
import { addCommon } from '../../structures/postings.ts';
import type { Steps } from '../../structures/scheduler.ts';
import { WELL_INSIDE } from './runs.ts';
import type { TextMatching } from './text-source.ts';

/** How letters from one place on may be read as terms. */
interface Reading {
  /** Terms that they begin with, and where these end. */
  readonly terms: readonly { readonly term: number; readonly end: number }[];
  /** All of them, where longer terms may begin with these. */
  readonly rest: Slice | undefined;
}

/** Letters, and how they may be read as terms that follow each other. */
export interface Run {
  readonly letters: Slice;
  /** By place; undefined where no terms begin that lead to the end. */
  readonly readings: readonly (Reading | undefined)[];
}

/** Terms are known by as many bytes in a row. */
const GRAM = 3;

/**
 * Undefined where letters can be read in no way. Terms that none of `within` has are not read: to go on with those of
 * hidden names alone would take longer than with those that are nowhere.
 */
export function readRun(terms: TermDictionary, letters: Slice, within: Bitset): Run | undefined {
  const { bytes, start, end } = letters;
  const isRead = (term: number) => listsOf(term, 'text').some((list) => terms.lists.meets(list, within));
  const readings = new Array<Reading | undefined>(end).fill(undefined);
  /** No term goes beyond this, for none has the bytes around it. */
  let reach = end;
  for (let from = end - 1; from >= start; from -= 1) {
    const isGram = from + GRAM > end || terms.mostMatches({ bytes, start: from, end: from + GRAM }) > 0;
    if (!isGram) reach = from + GRAM - 1;
    const known = [];
    for (let to = from + 1; to <= reach; to += 1) {
      const term = to === end || readings[to] ? terms.find({ bytes, start: from, end: to }) : -1;
      if (term >= 0 && isRead(term)) known.push({ term, end: to });
    }
    const rest = { bytes, start: from, end };
    const isLong = from === start || end - from >= WELL_INSIDE;
    const isRest = reach === end && isLong && terms.mostMatches(rest) > 0;
    if (isRest || known.length > 0) readings[from] = { terms: known, rest: isRest ? rest : undefined };
  }
  return readings[start] && { letters, readings };
}

/** Whether letters may be read as two terms or more: only then can they stand anywhere with separators in them. */
export function mayBeSplit({ letters, readings }: Run): boolean {
  return readings[letters.start]?.terms.some(({ end }) => end < letters.end) ?? false;
}

export interface RunSearch {
  readonly run: Run;
  readonly side: TextSide;
  readonly within: Bitset;
}

/**
 * Docs of `within` that have all terms of one reading, and what is between them: all that have a run, and few others.
 */
export function* candidatesOfRun(matching: TextMatching, { run, side, within }: RunSearch): Steps<Bitset> {
  const { index, sets } = matching;
  const { letters, readings } = run;
  const { lists } = index.terms;
  const found = sets.take();
  const looking = { index, side, scratch: createScratch(sets) };
  const upTo: (Bitset | undefined)[] = [within];
  for (let from = letters.start; from < letters.end; from += 1) {
    const [docs, reading] = [upTo[from], readings[from]];
    if (!docs || !reading || isEmpty(docs)) continue;
    if (hasFewerDocs(docs, ACROSS_TERMS.fewRuns)) {
      unite(found, docs);
      continue;
    }
    const having = from === letters.start ? docs : yield* withBoundary(looking, docs, { letters, at: from });
    for (const { term, end } of reading.terms) {
      const target = end === letters.end ? found : (upTo[end] ?? looking.scratch.take());
      upTo[end] = target;
      yield* addCommon(lists, listsOf(term, side), { target, within: having });
    }
    if (reading.rest) {
      yield* addCommon(lists, yield* listsOfRest(index.terms, reading.rest, side), { target: found, within: having });
    }
    if (from > letters.start) looking.scratch.giveBack(having);
    yield;
  }
  return found;
}

interface Looking extends Pick<TextMatching, 'index'> {
  readonly side: TextSide;
  readonly scratch: Scratch;
}

interface Joint {
  readonly letters: Slice;
  /** Where the letters after the separator begin. */
  readonly at: number;
}

/** The docs of `docs` that have the boundary n-grams of this joint, in a set of their own. */
function* withBoundary({ index, side, scratch }: Looking, docs: Bitset, { letters, at }: Joint): Steps<Bitset> {
  const target = scratch.take();
  yield* addCommon(index.byBoundary, boundariesBetween(letters, at, side), { target, within: docs });
  scratch.giveBack(docs);
  return target;
}

/** Of all terms that begin with these letters. */
function* listsOfRest(terms: TermDictionary, rest: Slice, side: TextSide): Steps<number[]> {
  const lists: number[] = [];
  yield* terms.eachMatch(rest, (term, which) => {
    if (which === 'start') lists.push(...listsOf(term, side));
  });
  return lists;
}

/** Who has a term in its name is in no list for having it in a text as well. */
function listsOf(term: number, side: TextSide): number[] {
  return (side === 'name' ? NAME_FIELDS : ALL_FIELDS).map((field) => listOf(term, field));
}
