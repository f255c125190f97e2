import { ANONYMOUS } from '../../../src/search/anonymous.ts';
import type { Answer, SearchEngine, SearchPage } from '../../../src/search/api.ts';
import { hasTimes } from '../../../src/search/query/query.ts';
import { createAnswerCache, type Sendable } from '../../../src/server/answers/answer-cache.ts';
import { answerOf } from '../../../src/server/answers/search-answer.ts';
import { parseSearchRequest, type SearchRequest } from '../../../src/server/routes/search.ts';

/** As the server's. */
const CACHE_BYTES = 32 * 1024 * 1024;

/**
 * What `/v1/search` answers to a URL, from the cache of answers or the engine, without HTTP. `pushedVersion` is the
 * engine's after the latest change that a push has led to.
 */
export function createAnswers(
  engine: SearchEngine,
  pushedVersion: () => number | undefined,
): (url: string) => Answer<Sendable> {
  const cache = createAnswerCache({ maxBytes: CACHE_BYTES, now: Date.now, onAnswer: () => undefined });
  const served = {
    engine,
    epoch: 1,
    incomplete: false,
    get pushedVersion() {
      return pushedVersion();
    },
  };
  return (url) => {
    const request = {
      key: url,
      // Made only where an answer has to be waited for, as the server does.
      get signal() {
        return new AbortController().signal;
      },
    };
    return cache.answer(request, served, (signal) =>
      search(parseSearchRequest(url, { nowMs: Date.now(), visibility: ANONYMOUS }), engine, signal),
    );
  };
}

function search(request: SearchRequest, engine: SearchEngine, signal: AbortSignal) {
  const write = (found: SearchPage) => ({
    body: JSON.stringify(answerOf(request, found, false)),
    isTimed: hasTimes(request.search.query),
  });
  const found = engine.search(request.search, signal);
  return found instanceof Promise ? found.then(write) : write(found);
}
