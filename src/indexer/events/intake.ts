import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { createGuardedApp, type GuardedApp } from '../../telemetry/guarded-app.ts';
import { createCredentialCheck } from './credential.ts';

/** Why something that a registry sent could not be used; a stable word for the metric. */
export type GapReason = 'TooLarge' | 'Malformed' | 'QueueFull';

export interface IntakeDeps {
  /** What registries authenticate with. */
  readonly token: string;
  /** Takes a body that was acknowledged already; at most MAX_BODY_BYTES long. */
  readonly onNotification: (body: Buffer) => void;
  readonly onGap: (reason: GapReason) => void;
  /** A wrong or missing credential. */
  readonly onRejected: () => void;
}

/** A thousand events are about 1 MB. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;
/** What is larger is read to its end and dropped, up to here: a registry would send it again for ever. */
const MAX_DRAINED_BYTES = 64 * 1024 * 1024;

/** Registries open a connection for each event; the others are what several of them, and a burst, have open at once. */
const LIMITS = { connections: 1_024, untaken: 512 };

const UNAUTHORIZED = {
  errors: [
    { code: 'UNAUTHORIZED', message: 'send the token of spec.notifications.tokenSecretRef as Authorization: Bearer' },
  ],
};

/**
 * `POST /notifications`, for the endpoints of a distribution registry. Whatever comes with the right credential is
 * acknowledged before any work, also what is of no use: a registry sends again for ever what is refused, and keeps all
 * that comes after it in its memory.
 */
export function buildIntake({ token, onNotification, onGap, onRejected }: IntakeDeps): GuardedApp {
  const guarded = createGuardedApp({ refuse, limits: LIMITS, bodyLimit: MAX_DRAINED_BYTES });
  const { app } = guarded;
  const isAllowed = createCredentialCheck(token);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request: FastifyRequest, payload: IncomingMessage) => readBody(payload));
  app.post<{ Body: Body | undefined }>('/notifications', {
    async onRequest({ headers }, reply) {
      if (isAllowed(headers.authorization)) return;
      onRejected();
      await reply.code(401).header('www-authenticate', 'Bearer').send(UNAUTHORIZED);
    },
    async handler({ body }, reply) {
      if (body === TOO_LARGE) reply.header('connection', 'close');
      reply.code(202).send();
      setImmediate(() => {
        if (body === TOO_LARGE) onGap('TooLarge');
        else onNotification(body ?? NOTHING);
      });
      return reply;
    },
  });
  return guarded;
}

const TOO_LARGE = 'tooLarge';
const NOTHING = Buffer.alloc(0);

type Body = Buffer | typeof TOO_LARGE;

/** Reads on behind what is too large, so that its sender can take the answer. */
async function readBody(payload: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of payload) {
    bytes += chunk.length;
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
    else chunks.length = 0;
    if (bytes > MAX_DRAINED_BYTES) return TOO_LARGE;
  }
  return bytes <= MAX_BODY_BYTES ? Buffer.concat(chunks) : TOO_LARGE;
}

function refuse(_error: Error, socket: Socket): void {
  socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
}
