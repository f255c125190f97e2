import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { MAX_NUDGE_BYTES, MAX_NUDGED_NAMES, NUDGE_PATH, parseNudge } from '../../api/nudge.ts';
import { createCredentialCheck } from '../../http/credential.ts';
import { createGuardedApp, type GuardedApp } from '../../http/guarded-app.ts';
import type { ReadNudged } from './nudge-reader.ts';

export interface NudgeIntakeDeps {
  /** What indexers authenticate with; undefined while it is not known, and nothing is taken. */
  readonly key: () => string | undefined;
  readonly read: ReadNudged;
  readonly onRefused: (why: 'Rejected' | 'Malformed') => void;
}

/** The clients are the pods of one indexer, with a connection each. */
const LIMITS = { connections: 64, untaken: 32, requestMs: 2_000, stallMs: 2_000 };

/** `POST /nudge`: the names of repositories that were written. Acknowledged before anything is read. */
export function buildNudgeIntake({ key, read, onRefused }: NudgeIntakeDeps): GuardedApp {
  const guarded = createGuardedApp({ limits: LIMITS, bodyLimit: MAX_NUDGE_BYTES });
  const { app } = guarded;
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    const { statusCode = 500 } = error;
    if (statusCode < 500) onRefused('Malformed');
    return refuse(reply, statusCode, statusCode < 500 ? MALFORMED : 'the nudge could not be taken');
  });
  app.setNotFoundHandler((_request, reply) => refuse(reply, 404, 'there is nothing at this address'));
  app.post(NUDGE_PATH, {
    async onRequest({ headers }: FastifyRequest, reply) {
      const expected = key();
      if (expected && createCredentialCheck(expected)(headers.authorization)) return;
      onRefused('Rejected');
      await refuse(reply.header('www-authenticate', 'Bearer'), 401, UNAUTHORIZED);
    },
    handler({ body }, reply) {
      const nudge = parseNudge(body);
      if (!nudge) {
        onRefused('Malformed');
        return refuse(reply, 400, MALFORMED);
      }
      read(nudge.names);
      return reply.code(202).send();
    },
  });
  return guarded;
}

const UNAUTHORIZED = 'send the nudgeKey of the ownership record as Authorization: Bearer';
const MALFORMED = `send {"names": […]} with at most ${MAX_NUDGED_NAMES} names of repositories, as application/json`;

function refuse(reply: FastifyReply, status: number, message: string): FastifyReply {
  return reply.code(status).send({ error: message });
}
