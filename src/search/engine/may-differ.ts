import type { SearchQuery } from '../api.ts';
import { STEP } from './cost-model.ts';
import type { SearchDeps } from './find.ts';
import { matchersOf } from './match/query-matchers.ts';
import { maySee } from './match/visibility.ts';
import { mayHoldReference } from './search.ts';
import type { Steps } from './structures/scheduler.ts';

/**
 * See `SearchEngine`. Most writes are pushes: a repository has one more tag, and nothing else of it is another. Where it
 * lacks one of the words now it lacked that before, so that it neither was a hit nor is one. What the caller may not see
 * does not count, or the time that an answer takes would tell of it.
 */
export function* mayDiffer(deps: SearchDeps, { query, visibility }: SearchQuery, version: number): Steps<boolean> {
  // A tag may make a reference of a word.
  if (mayHoldReference(query)) return true;
  const view = yield* deps.views.filterOf(visibility);
  const written = deps.writes.gainedSince(version);
  if (!written) return true;
  const sets = deps.newBitsets();
  try {
    const { texts } = matchersOf({ ...deps, query, view, sets });
    let looked = 0;
    for (const doc of written) {
      if (maySee(view, doc) && texts.every((text) => text.matches(doc))) return true;
      if (++looked % STEP.decisions === 0) yield;
    }
    return false;
  } finally {
    sets.end();
  }
}
