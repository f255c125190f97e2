import type { Condition, Query } from '../query/query.ts';
import type { EngineIndex } from './engine-index.ts';
import {
  createLabelMatcher,
  createNamespaceMatcher,
  createReferrerMatcher,
  createTypeMatcher,
} from './filter-matchers.ts';
import { createFitSets, type FitSets } from './fit-sets.ts';
import type { Matcher } from './matcher.ts';
import type { Sets } from './set-pool.ts';
import { isShort, type ShortTexts } from './short-texts.ts';
import type { Steps } from './slices.ts';
import { addSlot, deleteSlot, growTo, hasSlot, intersect, type SlotSet, subtract, unite } from './slot-set.ts';
import { createDigestMatcher, createTagMatcher } from './tag-matchers.ts';
import { createTextMatcher, type TextMatcher } from './text-matcher.ts';
import type { View } from './views.ts';
import type { Watch } from './writes.ts';

export interface Question {
  readonly query: Query;
  /** What may be seen; undefined is everything. */
  readonly view: View | undefined;
  readonly sets: Sets;
  readonly shortTexts: ShortTexts;
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
export function* evaluate(index: EngineIndex, question: Question): Steps<Found> {
  const parts = partsOf(index, question);
  const fits: FitSets[] = [];
  for (const text of parts.texts) fits.push(yield* fitsOf(text, question));
  const all = yield* fillAll(index, question, { ...parts, fits });
  yield* judgeWritten(index, question, { ...parts, fits, all });
  return { all, fits };
}

interface Parts {
  readonly texts: readonly TextMatcher[];
  readonly filters: readonly Matcher[];
  readonly none: readonly Matcher[];
}

function partsOf(index: EngineIndex, { query, sets }: Question): Parts {
  const isText = (one: Condition) => one.kind === 'text';
  return {
    texts: query.all.filter(isText).map(({ text }) => createTextMatcher(index, text)),
    filters: query.all.filter((one) => one.kind !== 'text').map((one) => matcherOf(index, one, sets)),
    none: query.none.map((one) => matcherOf(index, one, sets)),
  };
}

function* fillAll(
  index: EngineIndex,
  { view, sets }: Question,
  { fits, filters, none }: Parts & Pick<Found, 'fits'>,
): Steps<SlotSet> {
  const all = sets.take();
  unite(all, view?.set ?? index.live);
  for (const filter of filters) intersect(all, yield* filled(filter, sets));
  for (const filter of none) subtract(all, yield* filled(filter, sets));
  for (const fit of fits) {
    const holding = sets.take();
    fit.uniteInto(holding);
    intersect(all, holding);
    yield;
  }
  return all;
}

function* fitsOf(text: TextMatcher, { sets, shortTexts }: Question): Steps<FitSets> {
  if (isShort(text)) return yield* shortTexts.fitsOf(text);
  const fits = createFitSets(sets);
  yield* text.fill(fits);
  yield;
  return fits;
}

function* filled(matcher: Matcher, sets: Sets): Steps<SlotSet> {
  const set = sets.take();
  yield* matcher.fill(set);
  yield;
  return set;
}

const JUDGED_AT_A_TIME = 200;

function* judgeWritten(index: EngineIndex, { view, watch }: Question, parts: Parts & Found): Steps<void> {
  let judged = 0;
  for (const slot of watch.slots) {
    watch.slots.delete(slot);
    judge(index, slot, { ...parts, view });
    judged += 1;
    if (judged % JUDGED_AT_A_TIME === 0) yield;
  }
}

function judge(
  { live }: EngineIndex,
  slot: number,
  { all, texts, fits, filters, none, view }: Parts & Found & Pick<Question, 'view'>,
): void {
  const isLive = hasSlot(live, slot);
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

function matcherOf(index: EngineIndex, condition: Condition, sets: Sets): Matcher {
  switch (condition.kind) {
    case 'text':
      return plainMatcher(createTextMatcher(index, condition.text), sets);
    case 'namespace':
      return createNamespaceMatcher(index, condition);
    case 'type':
      return createTypeMatcher(index, condition);
    case 'label':
      return createLabelMatcher(index, condition);
    case 'referrer':
      return createReferrerMatcher(index, condition);
    case 'digest':
      return createDigestMatcher(index, condition);
    case 'tag':
      return createTagMatcher(index, condition.clause, sets);
  }
}

/** A text of which it does not matter how it fits. */
function plainMatcher(text: TextMatcher, sets: Sets): Matcher {
  return {
    *fill(target) {
      const fits = createFitSets(sets);
      yield* text.fill(fits);
      fits.uniteInto(target);
    },
    holds: (slot) => text.fit(slot) !== undefined,
  };
}
