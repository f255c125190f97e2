import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { EventGapReason } from '../../dynamodb/state/event-report.ts';
import { createCredentialCheck, createSecretCheck } from '../../http/credential.ts';
import { createGuardedApp, type GuardedApp } from '../../http/guarded-app.ts';
import type { Credential } from '../gaps/gathered-news.ts';
import { isWebhookStore, type StoreKind } from './storage-event.ts';

export interface IntakeDeps {
  /** What registries authenticate with; no registry is listened to where it is left out. */
  readonly token: string | undefined;
  /** Stands in the path of a store's webhook, for some stores can send no header; no store is listened to without. */
  readonly webhookSecret: string | undefined;
  /** Takes a body that was acknowledged already; at most MAX_BODY_BYTES long. */
  readonly onNotification: (body: Buffer) => void;
  readonly onStorageEvent: (body: Buffer, store: StoreKind) => void;
  readonly onGap: (reason: EventGapReason) => void;
  /** This credential was wrong or missing. */
  readonly onRejected: (credential: Credential) => void;
}

/** A thousand events are about 1 MB. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;
/** What is larger is read to its end and dropped, up to here: it would be sent again for ever. */
const MAX_DRAINED_BYTES = 64 * 1024 * 1024;

/** Registries open a connection for each event; the others are what several of them, and a burst, have open at once. */
const LIMITS = { connections: 1_024, untaken: 512 };

/** Addresses are written by hand. A secret may be as long as a request line. */
const ROUTER = { ignoreTrailingSlash: true, ignoreDuplicateSlashes: true, maxParamLength: 16_384 };

const UNAUTHORIZED = {
  errors: [
    { code: 'UNAUTHORIZED', message: 'send the token of spec.notifications.tokenSecretRef as Authorization: Bearer' },
  ],
};
const NOT_FOUND = { errors: [{ code: 'NOT_FOUND', message: 'there is nothing at this address' }] };

/**
 * `POST /notifications` for registries and `POST /events/<store>/<secret>` for stores. Whatever comes with the right
 * credential is acknowledged before any work, also what is of no use: a registry sends again for ever what is refused,
 * and keeps all that comes after it in its memory.
 */
export function buildIntake(deps: IntakeDeps): GuardedApp {
  const guarded = createGuardedApp({ limits: LIMITS, bodyLimit: MAX_DRAINED_BYTES, routerOptions: ROUTER });
  const { app } = guarded;
  // What a sender calls its body is not asked, and a name that is no media type would have it refused.
  app.addHook('onRequest', ({ raw }, _reply, done) => {
    delete raw.headers['content-type'];
    done();
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request: FastifyRequest, payload: IncomingMessage) => readBody(payload));
  app.setNotFoundHandler((_request, reply) => reply.code(404).send(NOT_FOUND));
  if (deps.token !== undefined) addNotifications(app, { ...deps, isAllowed: createCredentialCheck(deps.token) });
  if (deps.webhookSecret !== undefined)
    addStorageEvents(app, { ...deps, isSecret: createSecretCheck(deps.webhookSecret) });
  return guarded;
}

interface NotificationRoute extends IntakeDeps {
  readonly isAllowed: (authorization: string | undefined) => boolean;
}

function addNotifications(app: FastifyInstance, { isAllowed, onRejected, ...deps }: NotificationRoute): void {
  app.post<{ Body: Body | undefined }>('/notifications', {
    async onRequest({ headers }, reply) {
      if (isAllowed(headers.authorization)) return;
      onRejected('token');
      await reply.code(401).header('www-authenticate', 'Bearer').send(UNAUTHORIZED);
    },
    handler: ({ body }, reply) => acknowledge(reply, { body, use: deps.onNotification, onGap: deps.onGap }),
  });
}

interface StorageRoute extends IntakeDeps {
  readonly isSecret: (given: string) => boolean;
}

/** A wrong secret, also one with slashes, looks like an address that is not there. */
function addStorageEvents(app: FastifyInstance, { isSecret, onRejected, onStorageEvent, onGap }: StorageRoute): void {
  app.post<{ Body: Body | undefined; Params: { '*': string } }>('/events/*', {
    async onRequest({ params }, reply) {
      const { store, secret } = readAddress(params['*']);
      const isRight = isSecret(secret);
      if (isRight && isWebhookStore(store)) return;
      if (!isRight) onRejected('secret');
      await reply.code(404).send(NOT_FOUND);
    },
    handler: ({ body, params }, reply) => {
      const { store } = readAddress(params['*']);
      const use = (bytes: Buffer) => isWebhookStore(store) && onStorageEvent(bytes, store);
      return acknowledge(reply, { body, use, onGap });
    },
  });
}

/** `<store>/<secret>`. */
function readAddress(path: string): { readonly store: string; readonly secret: string } {
  const [store = '', ...secret] = path.split('/');
  return { store, secret: secret.join('/') };
}

interface Received {
  readonly body: Body | undefined;
  readonly use: (body: Buffer) => void;
  readonly onGap: (reason: EventGapReason) => void;
}

function acknowledge(reply: FastifyReply, { body, use, onGap }: Received): FastifyReply {
  if (body === TOO_LARGE) reply.header('connection', 'close');
  reply.code(202).send();
  setImmediate(() => {
    if (body === TOO_LARGE) onGap('TooLarge');
    else use(body ?? NOTHING);
  });
  return reply;
}

const TOO_LARGE = 'tooLarge';
const NOTHING = Buffer.alloc(0);

type Body = Buffer | typeof TOO_LARGE;

/**
 * Reads to the end of what is too large, so that its sender can take the answer. By listeners, since an iterator makes a
 * tenth of the garbage of an event.
 */
function readBody(payload: IncomingMessage): Promise<Body> {
  const { promise, resolve, reject } = Promise.withResolvers<Body>();
  const chunks: Buffer[] = [];
  let bytes = 0;
  payload.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
    else chunks.length = 0;
    if (bytes > MAX_DRAINED_BYTES) resolve(TOO_LARGE);
  });
  payload.once('end', () => resolve(bytes <= MAX_BODY_BYTES ? Buffer.concat(chunks) : TOO_LARGE));
  payload.once('error', reject);
  return promise;
}
