import type { EngineIndex } from '../../index/inverted-index.ts';
import { listOf } from '../../index/term-dictionary.ts';
import { ALL_FIELDS } from '../../index/tokens.ts';
import { ALL_FITS, FIT, fitOfWord } from '../../rank/match-tier.ts';
import type { FitSets } from '../../rank/tier-sets.ts';
import { addSlot, type SlotSet } from '../../structures/bitset.ts';
import { unite } from '../../structures/bitset-operations.ts';
import type { Slice } from '../../structures/bytes.ts';
import { uniteLists } from '../../structures/postings.ts';
import { finish, type Steps } from '../../structures/scheduler.ts';
import type { TextSource } from './text-source.ts';

/**
 * A text of letters and digits alone lies within one word, so that the lists of words say it all. They are gone through
 * a second time for how well the text fits, but only as far as a page needs it: those that fit best are short.
 */
export function createWordText(index: EngineIndex, part: Slice): TextSource {
  const { words, repositories } = index;
  const sought: Sought = { index, part, lists: undefined };
  return {
    most: () => mostOf(sought),
    cost: () => costOf(sought),
    fillFits: (target) => fillFits(sought, target),
    fill: (target) => fill(sought, target),
    addFitting(target, fit) {
      const named = fit === FIT.name ? repositories.find(part) : -1;
      if (named >= 0) addSlot(target, named);
      const lists = finish(findLists(sought)).byFit[fit] ?? [];
      for (const list of lists) words.lists.uniteInto(target, list);
      return named >= 0 || lists.length > 0;
    },
    // With the slot its lists have changed, and perhaps which lists there are.
    correct() {
      sought.lists = undefined;
    },
  };
}

interface Sought {
  readonly index: EngineIndex;
  readonly part: Slice;
  /** Once they are known. */
  lists: FittingLists | undefined;
}

function* findLists(sought: Sought): Steps<FittingLists> {
  sought.lists ??= yield* listsOf(sought.index, sought.part);
  return sought.lists;
}

function* mostOf(sought: Sought): Steps<number> {
  return (yield* findLists(sought)).most;
}

function* costOf(sought: Sought): Steps<number> {
  return (yield* findLists(sought)).count;
}

function* fillFits(sought: Sought, target: FitSets): Steps<void> {
  const { words, repositories } = sought.index;
  const { byFit } = yield* findLists(sought);
  const named = repositories.find(sought.part);
  if (named >= 0) target.add(FIT.name, named);
  for (const fit of ALL_FITS) {
    const lists = byFit[fit] ?? [];
    if (lists.length > 0) unite(target.all, yield* uniteLists(words.lists, lists, target.of(fit)));
  }
}

function* fill(sought: Sought, target: SlotSet): Steps<void> {
  const { byFit } = yield* findLists(sought);
  for (const lists of byFit) yield* uniteLists(sought.index.words.lists, lists, target);
}

/** The lists of all words that hold a text. */
interface FittingLists {
  /** For each fit those of whoever it fits that way. */
  readonly byFit: readonly (readonly number[])[];
  /** How many they are. */
  readonly count: number;
  /** How long they are together. */
  readonly most: number;
}

function* listsOf({ words }: EngineIndex, part: Slice): Steps<FittingLists> {
  const byFit = ALL_FITS.map((): number[] => []);
  let most = 0;
  yield* words.eachMatch(part, (word, which) => {
    for (const field of ALL_FIELDS) {
      const list = listOf(word, field);
      const count = words.lists.count(list);
      if (count > 0) byFit[fitOfWord(field, which)]?.push(list);
      most += count;
    }
  });
  return { byFit, count: byFit.reduce((sum, lists) => sum + lists.length, 0), most };
}
