import type { Condition, Query } from '../query/query.ts';
import { createConditionMatcher, fitsOf, type Matching } from './condition-matcher.ts';
import type { FitSets } from './fit-sets.ts';
import type { Matcher } from './matcher.ts';
import type { Steps } from './slices.ts';
import { addSlot, deleteSlot, growTo, hasSlot, intersect, type SlotSet, subtract, unite } from './slot-set.ts';
import { createTextMatcher, type TextMatcher } from './text-matcher.ts';
import type { View } from './views.ts';
import type { Watch } from './writes.ts';

export interface Question extends Matching {
  readonly query: Query;
  /** What may be seen; undefined is everything. */
  readonly view: View | undefined;
  /** Begun before anything was looked at. */
  readonly watch: Watch;
}

export interface Found {
  /** Every slot that the query asks for, exactly. */
  readonly all: SlotSet;
  /** For each text of the query, how it fits; better fits of a slot count, and slots that are not in `all` do not. */
  readonly fits: readonly FitSets[];
}

/**
 * Finds what a query asks for, condition by condition. While this lets others have a turn, slots may be written. For
 * all other slots the lists say throughout what they said at the beginning, whatever else comes and goes in them; those
 * that were written are judged at the end from their content. After that nothing may be let in between before the
 * answer is used.
 */
export function* evaluate(question: Question): Steps<Found> {
  const parts = partsOf(question);
  const fits: FitSets[] = [];
  for (const text of parts.texts) {
    fits.push(yield* fitsOf(question, text));
    yield;
  }
  const all = yield* fillAll(question, { ...parts, fits });
  yield* judgeWritten(question, { ...parts, fits, all });
  return { all, fits };
}

interface Parts {
  readonly texts: readonly TextMatcher[];
  readonly filters: readonly Matcher[];
  readonly none: readonly Matcher[];
}

function partsOf(question: Question): Parts {
  const { all, none } = question.query;
  const isText = (one: Condition) => one.kind === 'text';
  const matcherOf = (one: Condition) => createConditionMatcher(question, one);
  // Tags are what takes longest, and the fewer are left by then the less.
  const filters = all.filter((one) => !isText(one)).sort((a, b) => Number(a.kind === 'tag') - Number(b.kind === 'tag'));
  return {
    texts: all.filter(isText).map(({ text }) => createTextMatcher(question.index, text)),
    filters: filters.map(matcherOf),
    none: none.map(matcherOf),
  };
}

function* fillAll({ index, view, sets }: Question, parts: Parts & Pick<Found, 'fits'>): Steps<SlotSet> {
  const all = sets.take();
  unite(all, view?.set ?? index.live);
  for (const fit of parts.fits) {
    const holding = sets.take();
    fit.uniteInto(holding);
    intersect(all, holding);
    yield;
  }
  for (const matcher of parts.filters) {
    const holding = sets.take();
    yield* matcher.fill(holding, all);
    intersect(all, holding);
    yield;
  }
  for (const matcher of parts.none) {
    const holding = sets.take();
    yield* matcher.fill(holding, all);
    subtract(all, holding);
    yield;
  }
  return all;
}

const JUDGED_AT_A_TIME = 200;

function* judgeWritten(question: Question, parts: Parts & Found): Steps<void> {
  const { slots } = question.watch;
  let judged = 0;
  for (const slot of slots) {
    slots.delete(slot);
    judge(question, slot, parts);
    judged += 1;
    if (judged % JUDGED_AT_A_TIME === 0) yield;
  }
}

function judge({ index, view }: Question, slot: number, { all, texts, fits, filters, none }: Parts & Found): void {
  const isLive = hasSlot(index.live, slot);
  let holds = isLive && (view?.sees(slot) ?? true);
  for (const [i, text] of texts.entries()) {
    const fit = isLive ? text.fit(slot) : undefined;
    fits[i]?.correct(slot, fit);
    holds &&= fit !== undefined;
  }
  holds &&= filters.every((filter) => filter.holds(slot)) && !none.some((filter) => filter.holds(slot));
  growTo(all, slot);
  if (holds) addSlot(all, slot);
  else deleteSlot(all, slot);
}
