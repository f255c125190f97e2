import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { type FastifyInstance, type FastifyServerOptions, fastify } from 'fastify';
import { errorCode } from '../json/error-code.ts';
import {
  createSocketGuard,
  type RefuseClient,
  SOCKET_LIMITS,
  type SocketGuard,
  type SocketLimits,
} from './socket-guard.ts';

/** A Fastify app, and how to start and close it. */
export interface GuardedApp {
  readonly app: FastifyInstance;
  readonly guard: SocketGuard;
  /** Returns the URL. Rejects if the port is in use. */
  listen(address: ListenAddress): Promise<string>;
  readonly close: GracefulClose;
}

export interface ListenAddress {
  readonly host: string;
  /** 0 lets the system pick one. */
  readonly port: number;
}

/** Accepts no more requests, waits until those under way are answered, and ends connections after `graceMs`. */
export type GracefulClose = (graceMs: number) => Promise<void>;

export interface GuardedAppOptions extends FastifyServerOptions {
  /** Those that differ from SOCKET_LIMITS. */
  readonly limits?: Partial<SocketLimits>;
  /** Answers bytes that are no HTTP request; with status 400 and nothing else if left out. */
  readonly refuse?: RefuseClient;
}

/** No route of ours takes a body. */
const BODY_LIMIT_BYTES = 1;
/** Of the request line and the headers together. */
const MAX_HEADER_BYTES = 16_384;

/**
 * Connections that may wait to be accepted; the system may allow fewer. A client that finds no room tries again after
 * one second, then three, and a probe fails by then.
 */
const BACKLOG = 4_096;

/** A Fastify app behind a guard of its sockets: every port of ours is served by one. */
export function createGuardedApp({ limits, refuse = refusePlainly, ...options }: GuardedAppOptions): GuardedApp {
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
    listen: (address) => listenOnAnyFamily(app, address),
    close: (graceMs) => closeApp(app, guard, graceMs),
  };
}

/**
 * `::` takes IPv4 and IPv6, wherever the node has either or both; only where the kernel was started without IPv6 is
 * there no such socket (EAFNOSUPPORT), and then IPv4 is all there is. No program can be sent to `::`, so the URL has a
 * name.
 */
async function listenOnAnyFamily(app: FastifyInstance, address: ListenAddress): Promise<string> {
  try {
    const url = await app.listen({ ...address, backlog: BACKLOG });
    return url.replace('//[::]:', '//localhost:');
  } catch (error) {
    if (address.host !== '::' || errorCode(error) !== 'EAFNOSUPPORT') throw error;
    return app.listen({ ...address, host: '0.0.0.0', backlog: BACKLOG });
  }
}

/** Node would wait for ever for connections without a request, such as those that browsers open in advance. */
async function closeApp(app: FastifyInstance, guard: SocketGuard, graceMs: number): Promise<void> {
  const closed = app.close();
  await Promise.race([guard.idle(), wait(graceMs, undefined, { ref: false })]);
  guard.endAll();
  await closed;
}

function refusePlainly(_error: Error, socket: Socket): void {
  socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
}
