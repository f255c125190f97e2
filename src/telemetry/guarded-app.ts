import { setTimeout as wait } from 'node:timers/promises';
import { type FastifyInstance, type FastifyServerOptions, fastify } from 'fastify';
import {
  createSocketGuard,
  type RefuseClient,
  SOCKET_LIMITS,
  type SocketGuard,
  type SocketLimits,
} from './socket-guard.ts';

/** An app, its way to begin, and its way to end. */
export interface GuardedApp {
  readonly app: FastifyInstance;
  readonly guard: SocketGuard;
  /** Gives the URL. Rejects when the port is taken. */
  listen(address: ListenAddress): Promise<string>;
  readonly close: GracefulClose;
}

export interface ListenAddress {
  readonly host: string;
  /** 0 lets the system pick one. */
  readonly port: number;
}

/** Accepts nothing more, waits until what is under way is answered, and cuts off what takes longer than `graceMs`. */
export type GracefulClose = (graceMs: number) => Promise<void>;

export interface GuardedAppOptions extends FastifyServerOptions {
  /** Those of everybody where nothing else is said. */
  readonly limits?: Partial<SocketLimits>;
  /** Answers bytes that are no request. */
  readonly refuse: RefuseClient;
}

/** No route of ours takes a body. */
const BODY_LIMIT_BYTES = 1;
/** Address and headers together. */
const MAX_HEADER_BYTES = 16_384;

/**
 * Connections that may wait to be accepted; the system may allow fewer. Where there is no room for one more its client
 * tries again only after a second, then three, and a probe fails by that.
 */
const BACKLOG = 4_096;

/** A Fastify app behind a guard of its sockets: every port of ours is served by one. */
export function createGuardedApp({ limits, refuse, ...options }: GuardedAppOptions): GuardedApp {
  const guard = createSocketGuard({ ...SOCKET_LIMITS, ...limits });
  const app = fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    ...options,
    serverFactory: (handle) => guard.serve(handle, MAX_HEADER_BYTES),
    clientErrorHandler: (error, socket) => guard.refuse(error, socket, refuse),
  });
  return {
    app,
    guard,
    listen: (address) => app.listen({ ...address, backlog: BACKLOG }),
    close: (graceMs) => closeApp(app, guard, graceMs),
  };
}

/** Node waits for ever for connections on which no request ever came, as browsers open them in advance. */
async function closeApp(app: FastifyInstance, guard: SocketGuard, graceMs: number): Promise<void> {
  const closed = app.close();
  await Promise.race([guard.idle(), wait(graceMs, undefined, { ref: false })]);
  guard.endAll();
  await closed;
}
