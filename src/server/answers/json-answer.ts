import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Answer, Visibility } from '../../search/api.ts';
import type { AnsweringReplica, ServedIndex } from '../../search/served-index.ts';
import type { Access, CallerView } from '../access/access.ts';
import { withSealedCursors } from '../access/cursor-seal.ts';
import { ApiError } from '../errors/api-error.ts';
import type { AnswerCache, CacheableRequest, Computed, KeptAnswer, Sendable } from './answer-cache.ts';
import type { SendWithEtag } from './etag-answer.ts';
import type { LargeAnswers } from './large-answers.ts';
import { mapAnswer } from './map-answer.ts';

/** What a route needs to give cached answers. */
export interface AnswerDeps {
  readonly replica: AnsweringReplica;
  readonly access: Access;
  readonly answers: AnswerCache;
  readonly large: LargeAnswers;
  readonly sendWithEtag: SendWithEtag;
}

/** A request, and the reply to it. */
export interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** Names the form of answer that this client needs; undefined for the usual one. */
  readonly form?: string | undefined;
}

/** The index as it answers now, and what the caller may see of it. */
export interface SeenIndex extends ServedIndex {
  readonly visibility: Visibility;
  /** The answer that is kept, which may be still right. */
  readonly kept?: KeptAnswer | undefined;
}

/** Works out an answer from what the caller may see of the index now; gives up when the signal aborts. */
export type AnswerFrom = (seen: SeenIndex, signal: AbortSignal) => Answer<Computed>;

const JSON_TYPE = 'application/json; charset=utf-8';

/**
 * What a route returns to have the cached answer sent, or that of `compute`. Bodies are JSON text already, so that a
 * cached one costs next to nothing. Callers who see the same share answers. Throws or rejects with NOT_READY while no
 * index is loaded, and as `Access` does.
 */
export function answerJson(deps: AnswerDeps, exchange: Exchange, compute: AnswerFrom): Answer<Sendable['body']> {
  return mapAnswer(deps.access.viewOf(exchange.request), (caller) => answerFor(deps, exchange, { caller, compute }));
}

interface Asking {
  readonly caller: CallerView;
  readonly compute: AnswerFrom;
}

function answerFor({ replica, answers, access }: AnswerDeps, exchange: Exchange, { caller, compute }: Asking) {
  const served = loadedIndex(replica);
  const answer = answers.answer(askedOf(exchange, caller), served, (signal, kept) =>
    compute({ ...seenBy(caller, served, access), kept }, signal),
  );
  return mapAnswer(answer, (ready) => bodyFor(exchange.reply, ready));
}

/** What a caller sees of the index. */
export function seenBy({ visibility }: CallerView, served: ServedIndex, { cursors }: Access): SeenIndex {
  const engine = cursors ? withSealedCursors(served.engine, cursors) : served.engine;
  return { ...served, engine, visibility };
}

/** Neither a URL nor the key of a view has a blank, so that no two requests make the same key by accident. */
function askedOf({ request, form = '' }: Exchange, { key }: CallerView): CacheableRequest {
  return new KeyedRequest(key === '' && form === '' ? request.url : `${key} ${form} ${request.url}`, request);
}

/** A class, because Fastify makes the signal when it is read, and most answers do not need it. */
class KeyedRequest implements CacheableRequest {
  readonly key: string;
  readonly #request: FastifyRequest;

  constructor(key: string, request: FastifyRequest) {
    this.key = key;
    this.#request = request;
  }

  get signal(): AbortSignal {
    return this.#request.signal;
  }
}

/** The index as it answers now. Throws NOT_READY while none is loaded. */
export function loadedIndex(replica: AnsweringReplica): ServedIndex {
  const served = replica.current();
  if (!served) throw new ApiError('NOT_READY');
  return served;
}

function bodyFor(reply: FastifyReply, { body, link }: Sendable): Sendable['body'] {
  reply.header('content-type', JSON_TYPE);
  if (link !== undefined) reply.header('link', link);
  return body;
}
