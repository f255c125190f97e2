import type { FastifyReply } from 'fastify';
import type { Answer } from '../search/api.ts';
import type { Sendable } from './answer-cache.ts';

const JSON_TYPE = 'application/json; charset=utf-8';

/** What a route returns to have an answer sent that is written as JSON already. */
export function sendJson(reply: FastifyReply, answer: Answer<Sendable>): Answer<Sendable['body']> {
  return answer instanceof Promise ? answer.then((ready) => bodyFor(reply, ready)) : bodyFor(reply, answer);
}

function bodyFor(reply: FastifyReply, { body, link }: Sendable): Sendable['body'] {
  reply.header('content-type', JSON_TYPE);
  if (link !== undefined) reply.header('link', link);
  return body;
}
