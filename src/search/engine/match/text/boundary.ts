import { type EdgeSide, edgesAround } from '../../index/boundary-ngrams.ts';
import { listOf } from '../../index/term-dictionary.ts';
import { ALL_FIELDS, isWordByte } from '../../index/tokens.ts';
import { FIT, fitInName } from '../../rank/match-tier.ts';
import type { FitSets } from '../../rank/tier-sets.ts';
import { type SlotSet, slotsOf } from '../../structures/bitset.ts';
import { unite } from '../../structures/bitset-operations.ts';
import type { Slice } from '../../structures/bytes.ts';
import { sumOfCounts, uniteLists } from '../../structures/postings.ts';
import type { Steps } from '../../structures/scheduler.ts';
import { type FitSource, type TextMatching, verifyFits } from './text-source.ts';

/**
 * A text that is an edge, such as `e-` or `/p`: the lists of edges say exactly who holds it. In names it mostly begins
 * inside a word; only where it may not is it looked at how well it fits.
 */
export function createEdgeText(matching: TextMatching, part: Slice): FitSource {
  const { byEdge } = matching.index;
  return {
    most: () => sumOfCounts(byEdge, listsAround(part, 'name')) + sumOfCounts(byEdge, listsAround(part, 'text')),
    fillFits: (target) => fillFits(matching, part, target),
  };
}

/** They may be more than a thousand, and most queries have a narrower condition than this. */
function listsAround(part: Slice, side: EdgeSide): number[] {
  return edgesAround(part, side).flat();
}

function* fillFits(matching: TextMatching, part: Slice, target: FitSets): Steps<void> {
  const { repositories, byEdge } = matching.index;
  const candidates = slotsOf(yield* outsideWords(matching, part));
  const fitOf = (slot: number) => fitInName(repositories.nameOf(slot), part);
  yield* verifyFits({ candidates, fitOf, readAhead: repositories.readNamesAhead }, target);
  unite(target.all, yield* uniteLists(byEdge, listsAround(part, 'name'), target.of(FIT.insideWord)));
  unite(target.all, yield* uniteLists(byEdge, listsAround(part, 'text'), target.of(FIT.text)));
}

/** All in whose name the text may begin elsewhere than inside a word: with a word of one letter, or after a separator. */
function outsideWords({ index: { byEdge, words }, sets }: TextMatching, part: Slice): Steps<SlotSet> {
  const first = { ...part, end: part.start + 1 };
  if (!isWordByte(part.bytes[part.start] ?? 0)) {
    return uniteLists(byEdge, edgesAround(part, 'name', { isAfterSeparator: true }).flat(), sets.take());
  }
  const word = words.find(first);
  const lists = word < 0 ? [] : ALL_FIELDS.map((field) => listOf(word, field));
  return uniteLists(words.lists, lists, sets.take());
}
