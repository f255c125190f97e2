import type { EarlierPage, SearchQuery } from '../api.ts';
import { withoutMarks } from '../fold.ts';
import type { Condition } from '../query/query.ts';
import type { Sort } from '../query/sort.ts';
import type { RecentWrites, Spellings, WrittenDoc } from './cache/recent-writes.ts';
import { STEP } from './cost-model.ts';
import type { SearchDeps } from './find.ts';
import { letterPairsOf } from './index/ngrams.ts';
import { fitOfDoc } from './match/planner.ts';
import { isOfTexts, type MatchRequest, matchersOf, type QueryMatchers } from './match/query-matchers.ts';
import { KIND_WORDS } from './match/text/common-words.ts';
import { tagsMeantBy } from './match/text/version-word.ts';
import { TIER_OF_MEANING } from './match/text/word-matcher.ts';
import { maySee } from './match/visibility.ts';
import { type Fit, levelOf } from './rank/level.ts';
import { decodePlace } from './rank/place.ts';
import { hitOrderOf, placeKeyOf } from './rank/sort-order.ts';
import type { Tier } from './rank/tier.ts';
import { mayHoldReference } from './search.ts';
import { encode, sliceOf } from './structures/bytes.ts';
import type { Steps } from './structures/scheduler.ts';

interface WrittenIndex extends SearchDeps {
  readonly recent: Pick<RecentWrites, 'readOn' | 'holdersSince'>;
}

/**
 * See `SearchEngine`. Most writes are pushes: a repository has one more tag, and perhaps other labels. One that lacks a
 * word now has lacked it before, for it has lost nothing, so that it neither was a hit nor is one. Where its texts have
 * changed, their letters tell what it may have held. One that was a hit and is one has come up in the order, but mostly
 * not as far as to the page. What the caller may not see does not count, or the time that an answer takes would tell of
 * it.
 */
export function* mayDiffer(deps: WrittenIndex, asked: SearchQuery, { version, next }: EarlierPage): Steps<boolean> {
  const { query, visibility, prefer, sort } = asked;
  // A tag may make a reference of a word.
  if (mayHoldReference(query)) return true;
  const view = yield* deps.views.filterOf(visibility);
  while (deps.recent.readOn(version)) yield;
  const words = query.all.map(spellingsOf).filter((spellings) => spellings !== undefined);
  const suspects = deps.recent.holdersSince(version, words);
  if (!suspects?.length) return suspects === undefined;
  const seen = suspects.filter(({ doc }) => maySee(view, doc));
  const sets = deps.newBitsets();
  // What is written meanwhile is no longer what `suspects` tell of.
  const watch = deps.writes.watch();
  try {
    const request = { ...deps, query, prefer, view, sets };
    const matchers = matchersOf(request);
    const isBehind = next === undefined ? () => false : createBehindTest(request, matchers, { sort, next });
    for (const [at, write] of seen.entries()) {
      if (at % STEP.decisions === STEP.decisions - 1) yield;
      const { doc } = write;
      if (write.hasNewTexts || watch.docs.has(doc)) return true;
      if (!isBehind(write) && matchers.texts.every((text) => text.matches(doc))) return true;
    }
    return false;
  } finally {
    watch.end();
    sets.end();
  }
}

/** Whether a doc that has gained tags was found before, behind the last hit of a page, and is found behind it still. */
function createBehindTest(
  request: MatchRequest,
  matchers: QueryMatchers,
  { sort, next }: { readonly sort: Sort; readonly next: string },
): (write: WrittenDoc) => boolean {
  const { index, view, query } = request;
  const isByTexts = [...query.all, ...query.none].every(isOfTexts);
  if (!isByTexts || sort.by !== 'relevance' || sort.reverse) return () => false;
  // Which have not changed.
  const ofTexts = matchersOf({ ...request, areTexts: true });
  const last = decodePlace(sort, next);
  const key = placeKeyOf(last);
  const { compareTo } = hitOrderOf(index, sort);
  const isBehind = (doc: number, fit: Fit) => {
    const level = levelOf(fit);
    return level > last.level || (level === last.level && compareTo(doc, key) > 0);
  };
  return ({ doc, mayHaveFallen }) => {
    const fitBefore = mayHaveFallen ? undefined : fitOfDoc({ index, view }, ofTexts, doc);
    if (!fitBefore || !isBehind(doc, fitBefore)) return false;
    // Tags may mean a word, and no word fits worse for that; to read them takes longer than the rest.
    if (isBehind(doc, { ...fitBefore, tiers: fitBefore.tiers.map(asIfMeant) })) return true;
    const fit = fitOfDoc({ index, view }, matchers, doc);
    return fit !== undefined && isBehind(doc, fit);
  };
}

function asIfMeant(tier: Tier): Tier {
  return tier > TIER_OF_MEANING ? TIER_OF_MEANING : tier;
}

/** Undefined where letters do not decide. */
function spellingsOf(condition: Condition): Spellings | undefined {
  if (condition.kind !== 'text' || KIND_WORDS.has(condition.text)) return undefined;
  const spellings = new Set([withoutMarks(condition.text), ...tagsMeantBy(condition.text)]);
  return [...spellings].map((text) => letterPairsOf([sliceOf(encode(text))]).all);
}
