import type { Watch } from '../cache/change-log.ts';
import { STEP } from '../cost-model.ts';
import type { InvertedIndex } from '../index/inverted-index.ts';
import type { Fit } from '../rank/level.ts';
import type { Tier } from '../rank/tier.ts';
import { type Bitset, copySet, countDocs, docsOf, hasDoc, intersect, subtract } from '../structures/bitset.ts';
import type { Steps } from '../structures/scheduler.ts';
import { type Found, type Matcher, recheckFound } from './matcher.ts';
import { type MatchRequest, matchersOf, type QueryMatchers } from './query-matchers.ts';
import type { VisibilityFilter } from './visibility.ts';

/** How a doc fits a query as it is now; undefined where the query does not ask for it. */
export function fitOfDoc(
  { index, view }: Pick<MatchRequest, 'index'> & { readonly view: Pick<VisibilityFilter, 'matches'> | undefined },
  matchers: QueryMatchers,
  doc: number,
): Fit | undefined {
  if (!hasDoc(index.live, doc) || !(view?.matches(doc) ?? true)) return undefined;
  const tiers: Tier[] = [];
  for (const text of matchers.texts) {
    const tier = text.tier(doc);
    if (tier === undefined) return undefined;
    tiers.push(tier);
  }
  const isAsked =
    matchers.filters.every((one) => one.matches(doc)) && !matchers.unwanted.some((one) => one.matches(doc));
  return isAsked ? { tiers, isDemoted: matchers.demoted?.matches(doc) ?? false } : undefined;
}

export interface EvaluationRequest extends MatchRequest {
  /** Begun before anything was looked at. */
  readonly watch: Watch;
  /** Whether it is asked how well docs fit. */
  readonly isRanked: boolean;
  /** Whether looking at so many docs one by one is cheaper than going through lists of so many postings. */
  readonly preferRecheck: (docs: number, postings: number) => boolean;
}

/**
 * Finds what a query asks for, condition by condition. While this lets others have a turn, docs may be written. For
 * all other docs the lists say throughout what they said at the beginning, whatever else comes and goes in them; those
 * that were written are rechecked at the end from their content. After that nothing may be let in between before the
 * answer is used.
 */
export function* evaluate(request: EvaluationRequest): Steps<Found> {
  const matchers = matchersOf(request);
  const wanted = (yield* estimateWanted([...matchers.texts, ...matchers.filters])).sort(
    (a, b) => a.maxDocs - b.maxDocs,
  );
  const unwanted: Estimated[] = [];
  for (const matcher of matchers.unwanted) unwanted.push(yield* estimate(matcher));
  const all = yield* narrowestOf(request, wanted[0]);
  const toRank = request.isRanked ? postingsOf(wanted, matchers.texts) : 0;
  const found = yield* narrow(request, { matchers, all, wanted: wanted.slice(1), unwanted, toRank });
  const recheckWritten = () => recheck(request, { matchers, found, docs: takeAll(request.watch.docs) });
  yield* recheckWritten();
  return { ...found, recheck: recheckWritten };
}

/** Takes the docs out one by one, those that are added meanwhile as well. */
function* takeAll(docs: Set<number>): Generator<number> {
  for (const doc of docs) {
    docs.delete(doc);
    yield doc;
  }
}

interface Estimated {
  readonly matcher: Matcher;
  /** At most so many docs fulfil it. */
  readonly maxDocs: number;
}

/** Where a condition holds for none, those after it do not matter. */
function* estimateWanted(matchers: readonly Matcher[]): Steps<Estimated[]> {
  const estimated: Estimated[] = [];
  for (const matcher of matchers) {
    if (estimated.at(-1)?.maxDocs === 0) break;
    estimated.push(yield* estimate(matcher));
  }
  return estimated;
}

function* estimate(matcher: Matcher): Steps<Estimated> {
  return { matcher, maxDocs: yield* matcher.maxDocs() };
}

/** Postings of lists that say how well docs fit. */
function postingsOf(wanted: readonly Estimated[], texts: readonly Matcher[]): number {
  return wanted.reduce((sum, { matcher, maxDocs }) => sum + (texts.includes(matcher) ? maxDocs : 0), 0);
}

/** The visible docs that fulfil the condition which holds for the fewest. */
function* narrowestOf({ index, view, sets }: EvaluationRequest, first: Estimated | undefined): Steps<Bitset> {
  const all = sets.take();
  // Of what may be seen alone: an answer that looked at the hidden would tell of it by its time.
  const visible = view?.set ?? index.live;
  if (!first) copySet(all, visible);
  else if (first.maxDocs > 0) yield* first.matcher.collect(all, visible);
  if (view) intersect(all, visible);
  return all;
}

interface Collected {
  readonly matchers: QueryMatchers;
  readonly all: Bitset;
}

interface Narrowing extends Collected {
  /** Conditions that were not looked at so far. */
  readonly wanted: readonly Estimated[];
  readonly unwanted: readonly Estimated[];
  /** Postings of lists that say how well docs fit. */
  readonly toRank: number;
}

type Narrowed = Omit<Found, 'recheck'>;

/** Takes away, condition by condition, what is not asked for. */
function* narrow(request: EvaluationRequest, { matchers, all, wanted, unwanted, toRank }: Narrowing): Steps<Narrowed> {
  const { sets, preferRecheck } = request;
  const rest: Rest[] = [
    ...wanted.map((one) => ({ ...one, isWanted: true })),
    ...unwanted.filter(({ maxDocs }) => maxDocs > 0).map((one) => ({ ...one, isWanted: false })),
  ];
  for (const [at, { matcher, maxDocs, isWanted }] of rest.entries()) {
    if (preferRecheck(countDocs(all), maxDocs))
      return yield* recheckAll(request, { matchers, all, rest: rest.slice(at) });
    const holding = sets.take();
    yield* matcher.collect(holding, all);
    (isWanted ? intersect : subtract)(all, holding);
    yield;
  }
  if (preferRecheck(countDocs(all), toRank)) return yield* recheckAll(request, { matchers, all, rest: [] });
  return { ...matchers, all, levels: undefined };
}

interface Rest extends Estimated {
  readonly isWanted: boolean;
}

/** Decides few docs one by one: first by the conditions that were not collected. */
function* recheckAll(
  request: EvaluationRequest,
  { matchers, all, rest }: Collected & { readonly rest: readonly Rest[] },
): Steps<Narrowed> {
  const found: Narrowed = { ...matchers, all: request.sets.take(), levels: new Map() };
  yield* recheck(request, { matchers, found, docs: docsWith(rest, docsOf(all), request.index) });
  return found;
}

function* docsWith(rest: readonly Rest[], docs: Iterable<number>, { live }: InvertedIndex): Generator<number> {
  for (const doc of docs) {
    if (hasDoc(live, doc) && rest.every(({ matcher, isWanted }) => matcher.matches(doc) === isWanted)) yield doc;
  }
}

interface Recheck {
  readonly matchers: QueryMatchers;
  readonly found: Narrowed;
  readonly docs: Iterable<number>;
}

/** Corrects what was found by the content of docs. */
function* recheck(request: EvaluationRequest, { matchers, found, docs }: Recheck): Steps<void> {
  let rechecked = 0;
  for (const doc of docs) {
    recheckFound(found, doc, fitOfDoc(request, matchers, doc));
    rechecked += 1;
    if (rechecked % STEP.decisions === 0) yield;
  }
}
