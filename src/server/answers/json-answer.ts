import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Answer } from '../../search/api.ts';
import type { SearchView, ServedIndex } from '../../search/view.ts';
import { ApiError } from '../errors/api-error.ts';
import type { AnswerCache, CacheableRequest, Computed, Sendable } from './answer-cache.ts';
import type { LargeAnswers } from './large-answers.ts';

/** What a route needs to give cached answers. */
export interface AnswerDeps {
  readonly view: SearchView;
  readonly answers: AnswerCache;
  readonly large: LargeAnswers;
}

/** A request, and the reply to it. */
export interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** Names the form of answer that this client needs; undefined for the usual one. */
  readonly form?: string | undefined;
}

/** Works out an answer from the index as it is now; gives up when the signal aborts. */
export type AnswerFrom = (served: ServedIndex, signal: AbortSignal) => Answer<Computed>;

const JSON_TYPE = 'application/json; charset=utf-8';

/**
 * What a route returns to have the cached answer sent, or that of `compute`. Bodies are JSON text already, so that a
 * cached one costs next to nothing. Throws NOT_READY while no index is loaded.
 */
export function answerJson({ view, answers }: AnswerDeps, exchange: Exchange, compute: AnswerFrom) {
  const { reply } = exchange;
  const served = loadedIndex(view);
  const answer = answers.answer(askedOf(exchange), served, (signal) => compute(served, signal));
  return mapAnswer(answer, (ready) => bodyFor(reply, ready));
}

/** The form is part of the key: a blank is in no URL. */
function askedOf({ request, form }: Exchange): CacheableRequest {
  if (form === undefined) return request;
  return {
    url: `${form} ${request.url}`,
    get signal() {
      return request.signal;
    },
  };
}

/** The index as it answers now. Throws NOT_READY while none is loaded. */
export function loadedIndex(view: SearchView): ServedIndex {
  const served = view.current();
  if (!served) throw new ApiError('NOT_READY');
  return served;
}

/** What `map` makes of an answer: at once where that is there at once. */
export function mapAnswer<T, U>(answer: Answer<T>, map: (ready: T) => U): Answer<U> {
  return answer instanceof Promise ? answer.then(map) : map(answer);
}

function bodyFor(reply: FastifyReply, { body, link }: Sendable): Sendable['body'] {
  reply.header('content-type', JSON_TYPE);
  if (link !== undefined) reply.header('link', link);
  return body;
}
