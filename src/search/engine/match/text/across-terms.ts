import { ACROSS_TERMS } from '../../cost-model.ts';
import { BOUNDARY_FIELDS, boundariesIn, type TextSide } from '../../index/boundary-ngrams.ts';
import { ALL_FIELDS, FIELD, type Field, listOf, NAME_FIELDS, SLASH, termsOf } from '../../index/fields.ts';
import { tierInTexts } from '../../rank/doc-tier.ts';
import { tierInName } from '../../rank/name-tier.ts';
import type { TierSets } from '../../rank/tier-sets.ts';
import { type Bitset, countDocs, docsOf, intersect } from '../../structures/bitset.ts';
import { endsWith, type Slice } from '../../structures/bytes.ts';
import { type Postings, sumOfCounts, uniteAll } from '../../structures/postings.ts';
import type { Steps } from '../../structures/scheduler.ts';
import { byteAt } from '../../structures/typed.ts';
import { type TextMatching, type TierSource, verifyTiers } from './text-source.ts';

/** A text that goes beyond a term: docs that may have it, by its boundaries and terms, are looked at one by one. */
export function createAcrossTermsText(matching: TextMatching, sought: Slice): TierSource {
  const candidates = createCandidates(matching, sought);
  return {
    maxDocs: () => candidates.maxDocs('name') + candidates.maxDocs('text'),
    collectTiers: (target, within) => collectTiers({ ...matching, sought, candidates, within }, target),
  };
}

interface Collecting extends TextMatching {
  readonly sought: Slice;
  readonly candidates: Candidates;
  readonly within: Bitset;
}

function* collectTiers({ index, sought, candidates, within }: Collecting, target: TierSets): Steps<void> {
  const { nameOf } = index.repositories;
  const inNames = yield* candidates.of('name', within);
  yield* verifyTiers({ candidates: inNames, tierOf: (doc) => tierInName(nameOf(doc), sought) }, target);
  const inTexts = yield* candidates.of('text', within);
  yield* verifyTiers({ candidates: inTexts, tierOf: (doc) => tierInTexts(index, doc, sought) }, target);
}

/** Docs that may have a text beyond a term on one side, by what the lists of the index say. */
export interface Candidates {
  /** They are at most so many. */
  maxDocs(side: TextSide): number;
  /** All of `within` who have the text on a side, and few others. */
  of(side: TextSide, within: Bitset): Steps<Uint32Array>;
}

export function createCandidates(matching: TextMatching, sought: Slice): Candidates {
  const known = new Map<TextSide, readonly Source[]>();
  const sourcesAt = (side: TextSide) => {
    const sources = known.get(side) ?? sourcesOf(matching, sought, side);
    known.set(side, sources);
    return sources;
  };
  return {
    maxDocs: (side) => sourcesAt(side)[0]?.cost ?? 0,
    of: (side, within) => candidatesOf({ ...matching, sought, side, sources: sourcesAt(side), within }),
  };
}

interface TextSearch extends TextMatching {
  readonly sought: Slice;
  readonly side: TextSide;
  /** The rarest first. They stay valid while others have a turn: what gets into a list by then was written. */
  readonly sources: readonly Source[];
  readonly within: Bitset;
}

/** Every doc that has the text is in at least one of the lists. */
interface Source {
  readonly postings: Postings;
  readonly lists: readonly number[];
  /** How many docs are in them, counted once for each. */
  readonly cost: number;
}

function* candidatesOf(search: TextSearch): Steps<Uint32Array> {
  const [rarest, ...others] = search.sources;
  const found = search.sets.take();
  if (rarest) yield* uniteAll(rarest.postings, rarest.lists, found);
  intersect(found, search.within);
  let count = countDocs(found);
  for (const source of others) {
    if (!isWorth(source, count)) break;
    count = yield* narrow(search, found, source);
  }
  for (const piece of outerPiecesOf(search.sought)) {
    if (search.index.terms.mostMatches(piece) * ACROSS_TERMS.candidatesPerTerm > count) continue;
    const source = yield* sourceOfOuter(search, piece);
    if (isWorth(source, count)) count = yield* narrow(search, found, source);
  }
  return docsOf(found, count);
}

/** Whether it is worth it to look for so many in a source's lists. */
function isWorth({ cost }: Source, count: number): boolean {
  return count > ACROSS_TERMS.fewCandidates && cost <= count * ACROSS_TERMS.postingsPerCandidate;
}

/** Takes those away that are in none of a source's lists; returns how many are left. */
function* narrow({ sets }: TextSearch, found: Bitset, { postings, lists }: Source): Steps<number> {
  intersect(found, yield* uniteAll(postings, lists, sets.take()));
  yield;
  return countDocs(found);
}

/**
 * The text's boundaries and its inner terms. A list of which nothing may be seen counts as if it was not there, so that
 * to look for what is hidden takes no longer than for what is missing.
 */
function sourcesOf({ index: { byBoundary, terms }, view }: TextMatching, sought: Slice, side: TextSide): Source[] {
  const seenSource = (postings: Postings, lists: readonly number[]) =>
    sourceOf(postings, view ? lists.filter((list) => postings.meets(list, view.set)) : lists);
  const ofBoundaries = boundariesIn(sought, BOUNDARY_FIELDS[side]).map((lists) => seenSource(byBoundary, lists));
  const inner = piecesOf(sought).filter((piece) => !isOuter(sought, piece));
  const ofWords = inner.map((piece) => {
    const term = terms.find(piece);
    return seenSource(terms.lists, term < 0 ? [] : listsOf(term, fieldsOf(sought, piece, side)));
  });
  return [...ofBoundaries, ...ofWords].sort((a, b) => a.cost - b.cost).slice(0, ACROSS_TERMS.maxSources);
}

function sourceOf(postings: Postings, lists: readonly number[]): Source {
  return { postings, lists, cost: sumOfCounts(postings, lists) };
}

function listsOf(term: number, fields: readonly Field[]): number[] {
  return fields.map((field) => listOf(term, field));
}

/** The terms of the text; outer ones, with which it begins or ends, are whole terms or parts of others. */
function piecesOf(sought: Slice): Slice[] {
  return termsOf(sought).map(([start, end]) => ({ ...sought, start, end }));
}

function isOuter(sought: Slice, piece: Slice): boolean {
  return piece.start === sought.start || piece.end === sought.end;
}

/**
 * The last first, for fewer terms begin with some letters than end with them. Of single letters boundaries say as much.
 */
function outerPiecesOf(sought: Slice): Slice[] {
  const outer = piecesOf(sought).filter((piece) => isOuter(sought, piece));
  return outer.filter(({ start, end }) => end - start > 1).reverse();
}

/** Of all terms that an outer piece may be part of. */
function* sourceOfOuter({ index: { terms }, sought, side }: TextSearch, piece: Slice): Steps<Source> {
  const fields = fieldsOf(sought, piece, side);
  const lists: number[] = [];
  yield* terms.eachMatch(piece, (term, which) => {
    const isFitting = piece.start > sought.start ? which !== 'inside' : endsWith(terms.termAt(term), piece);
    if (isFitting) lists.push(...listsOf(term, fields));
  });
  return sourceOf(terms.lists, lists);
}

const START_FIELDS = NAME_FIELDS.filter((field) => field !== FIELD.nameTerm);

/**
 * The fields that a term of the text may stand in for docs that have the text on that side. A doc is listed under the
 * best field of a term alone: one whose name has it is not listed for its other texts, and one that has it where a
 * component starts is not listed for other places of the name.
 */
function fieldsOf(sought: Slice, { start }: Slice, side: TextSide): readonly Field[] {
  if (side === 'text') return ALL_FIELDS;
  return start > sought.start && byteAt(sought.bytes, start - 1) === SLASH ? START_FIELDS : NAME_FIELDS;
}
