import type { SearchQuery } from '../api.ts';
import { withoutMarks } from '../fold.ts';
import type { Condition } from '../query/query.ts';
import type { RecentWrites, Spellings } from './cache/recent-writes.ts';
import { STEP } from './cost-model.ts';
import type { SearchDeps } from './find.ts';
import { letterPairsOf } from './index/ngrams.ts';
import { matchersOf } from './match/query-matchers.ts';
import { KIND_WORDS } from './match/text/common-words.ts';
import { tagsMeantBy } from './match/text/version-word.ts';
import { maySee } from './match/visibility.ts';
import { mayHoldReference } from './search.ts';
import { encode, sliceOf } from './structures/bytes.ts';
import type { Steps } from './structures/scheduler.ts';

interface WrittenIndex extends SearchDeps {
  readonly recent: Pick<RecentWrites, 'readOn' | 'holdersSince'>;
}

/**
 * See `SearchEngine`. Most writes are pushes: a repository has one more tag, and perhaps other labels. One that lacks a
 * word now has lacked it before, for it has lost nothing, so that it neither was a hit nor is one. Where its texts have
 * changed, their letters tell what it may have held. What the caller may not see does not count, or the time that an
 * answer takes would tell of it.
 */
export function* mayDiffer(deps: WrittenIndex, { query, visibility }: SearchQuery, version: number): Steps<boolean> {
  // A tag may make a reference of a word.
  if (mayHoldReference(query)) return true;
  const view = yield* deps.views.filterOf(visibility);
  while (deps.recent.readOn(version)) yield;
  const words = query.all.map(spellingsOf).filter((spellings) => spellings !== undefined);
  const suspects = deps.recent.holdersSince(version, words);
  if (!suspects?.length) return suspects === undefined;
  const sets = deps.newBitsets();
  try {
    const { texts } = matchersOf({ ...deps, query, view, sets });
    for (const [at, { doc, hasNewTexts }] of suspects.entries()) {
      if (at % STEP.decisions === STEP.decisions - 1) yield;
      if (maySee(view, doc) && (hasNewTexts || texts.every((text) => text.matches(doc)))) return true;
    }
    return false;
  } finally {
    sets.end();
  }
}

/** Undefined where letters do not decide. */
function spellingsOf(condition: Condition): Spellings | undefined {
  if (condition.kind !== 'text' || KIND_WORDS.has(condition.text)) return undefined;
  const spellings = new Set([withoutMarks(condition.text), ...tagsMeantBy(condition.text)]);
  return [...spellings].map((text) => letterPairsOf([sliceOf(encode(text))]).all);
}
