import { ANONYMOUS } from '../../../src/search/anonymous.ts';
import type { Answer, SearchEngine } from '../../../src/search/api.ts';
import { createAnswerCache, type Sendable } from '../../../src/server/answers/answer-cache.ts';
import { answerSearch, EVERYTHING, parseSearchRequest } from '../../../src/server/routes/search.ts';

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
    visibility: ANONYMOUS,
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
    return cache.answer(request, served, (signal, kept) => {
      const asked = { ...parseSearchRequest(url, { nowMs: Date.now(), visibility: ANONYMOUS }), ...EVERYTHING };
      return answerSearch(asked, { ...served, kept }, signal);
    });
  };
}
