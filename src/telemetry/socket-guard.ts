import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { limitParser, PARSER_STOPPED } from './parser-limit.ts';

/** What the clients of one port may take of this process. */
export interface SocketLimits {
  /** Connections. One more takes the place of the one that has been quiet the longest, or is turned away where all wait for answers. */
  readonly connections: number;
  /** Requests of one connection that wait for their answers. One more ends it with the answer that is under way. */
  readonly unanswered: number;
  /** Requests under way. One more ends the connection that has left its answer untaken for longest, if there is one. */
  readonly untaken: number;
  /** Bytes of answers that clients have not taken. More end the connection that has left its answer untaken for longest. */
  readonly untakenBytes: number;
  /** For how long one request may arrive. */
  readonly requestMs: number;
  /** For how long nothing at all may arrive or be taken while a request is under way or has never come. */
  readonly stallMs: number;
  /** For how long a connection may be quiet after an answer. */
  readonly keepAliveMs: number;
  /** For how long a client that was refused may read what it was told. */
  readonly lingerMs: number;
}

export const SOCKET_LIMITS: SocketLimits = {
  connections: 512,
  unanswered: 8,
  untaken: 128,
  untakenBytes: 32 * 1024 * 1024,
  requestMs: 10_000,
  stallMs: 10_000,
  // Longer than load balancers keep a connection (60 s mostly), so that they are the ones to close it.
  keepAliveMs: 72_000,
  lingerMs: 2_000,
};

/** Why a connection was ended: for another one's place, for not taking its answer, for what it sent. */
export type EndReason = 'crowded' | 'stalled' | 'refused';

export type ClientError = Error & { readonly code?: string };
/** Answers bytes that are no request to be handled; there is only the socket to do it with. */
export type RefuseClient = (error: ClientError, socket: Socket) => void;

/** Keeps the connections of one port within limits, so that no client takes memory or turns from the others. */
export interface SocketGuard {
  /** A server whose `handle` gets the requests of each connection one after another, once the answer before is taken. */
  serve(handle: RequestListener, maxHeaderSize: number): Server;
  /** Has `refuse` say why a client is refused, after what it is owed, and ends the connection. */
  refuse(error: ClientError, socket: Socket, refuse: RefuseClient): void;
  connections(): number;
  ended(): Readonly<Record<EndReason, number>>;
  /** Resolves as soon as no request is under way. */
  idle(): Promise<void>;
  endAll(): void;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

interface Connection {
  readonly socket: Socket;
  readonly handle: RequestListener;
  underWay: Exchange | undefined;
  readonly waiting: Exchange[];
  /** Requests that the parser has seen and nobody has answered. */
  unanswered: number;
  /** Says why it is refused, once everything before is answered. */
  lastWords: (() => void) | undefined;
}

/** Node looks for requests that take too long to arrive only now and then. */
const CHECK_MS = 1_000;

export function createSocketGuard(limits: SocketLimits): SocketGuard {
  const open = new Map<Socket, Connection>();
  /** Those that have never been answered, and the others; in both the one that has been quiet the longest comes first. */
  const newcomers = new Set<Connection>();
  const regulars = new Set<Connection>();
  /** Those of neither that were refused, and still have something to read. */
  const leaving = new Set<Connection>();
  /** Those whose requests are being answered, the one that was begun first before the others. */
  const busy = new Set<Connection>();
  const ended = { crowded: 0, stalled: 0, refused: 0 };
  const waitingForIdle: (() => void)[] = [];

  const rest = (connection: Connection) => {
    busy.delete(connection);
    if (busy.size === 0) for (const resolve of waitingForIdle.splice(0)) resolve();
  };

  const forget = (connection: Connection) => {
    open.delete(connection.socket);
    newcomers.delete(connection);
    regulars.delete(connection);
    leaving.delete(connection);
    rest(connection);
  };

  const end = (connection: Connection, reason: EndReason) => {
    ended[reason] += 1;
    forget(connection);
    connection.socket.destroy();
  };

  /** Half of the places belong to those who were answered before, however many others come. */
  const makePlaceFor = (latest: Connection) => {
    for (const some of [leaving, newcomers.size > limits.connections / 2 ? newcomers : regulars]) {
      for (const connection of some) if (isQuiet(connection)) return end(connection, 'crowded');
    }
    end(latest, 'crowded');
  };

  const isUntakenTooMuch = () => {
    if (busy.size > limits.untaken) return true;
    let bytes = 0;
    for (const { socket } of busy) bytes += socket.writableLength;
    return bytes > limits.untakenBytes;
  };

  const endLongestUntaken = () => {
    for (const connection of busy) if (isUntaken(connection)) return end(connection, 'stalled');
  };

  const admit = (socket: Socket, handle: RequestListener) => {
    const connection = newConnection(socket, handle);
    open.set(socket, connection);
    newcomers.add(connection);
    socket.once('close', () => forget(connection));
    limitParser(socket, () => {
      connection.unanswered += 1;
      return connection.unanswered <= limits.unanswered;
    });
    if (open.size > limits.connections) makePlaceFor(connection);
  };

  /** Takes nothing more from a client, which may still read what it was told. */
  const letGo = (connection: Connection) => {
    newcomers.delete(connection);
    regulars.delete(connection);
    leaving.add(connection);
    ended.refused += 1;
    connection.socket.pause();
    setTimeout(() => connection.socket.destroy(), limits.lingerMs).unref();
  };

  const begin = (connection: Connection, exchange: Exchange) => {
    connection.underWay = exchange;
    busy.delete(connection);
    busy.add(connection);
    if (isUntakenTooMuch()) endLongestUntaken();
    exchange.response.once('close', () => answered(connection, exchange));
    connection.handle(exchange.request, exchange.response);
  };

  const answered = (connection: Connection, { request }: Exchange) => {
    connection.underWay = undefined;
    connection.unanswered -= 1;
    if (!isServed(connection)) return rest(connection);
    if (!leaving.has(connection)) {
      newcomers.delete(connection);
      regulars.delete(connection);
      regulars.add(connection);
    }
    // Others have their turn first.
    if (connection.waiting.length > 0) return void setImmediate(goOn, connection);
    rest(connection);
    if (!request.complete) endUnread(connection);
    else connection.lastWords?.();
  };

  const goOn = (connection: Connection) => {
    const next = isServed(connection) ? connection.waiting.shift() : undefined;
    if (next) begin(connection, next);
    else rest(connection);
  };

  const isServed = ({ socket }: Connection) => open.has(socket) && socket.writable;

  /** Node would read on for as long as a body comes, and throw it away. */
  const endUnread = (connection: Connection) => {
    letGo(connection);
    connection.socket.end();
  };

  const take = (request: IncomingMessage, response: ServerResponse) => {
    const connection = open.get(request.socket);
    if (!connection) return;
    if (!connection.underWay && connection.waiting.length === 0) begin(connection, { request, response });
    else if (connection.waiting.length < limits.unanswered) connection.waiting.push({ request, response });
    else end(connection, 'refused');
  };

  const timeOut = (socket: Socket) => {
    const connection = open.get(socket);
    if (connection?.underWay) end(connection, 'stalled');
    else socket.destroy();
  };

  return {
    serve(handle, maxHeaderSize) {
      const server = createServer({
        maxHeaderSize,
        headersTimeout: limits.requestMs,
        requestTimeout: limits.requestMs,
        connectionsCheckingInterval: Math.min(CHECK_MS, limits.requestMs),
        keepAliveTimeout: limits.keepAliveMs,
      });
      server.timeout = limits.stallMs;
      server.on('connection', (socket: Socket) => admit(socket, handle));
      // Node would answer an expectation that it does not know by itself, and nobody would know of that.
      return server.on('request', take).on('checkExpectation', take).on('timeout', timeOut);
    },
    refuse(error, socket, refuse) {
      const connection = open.get(socket);
      if (!connection || !socket.writable) return void socket.destroy();
      if (leaving.has(connection)) return;
      letGo(connection);
      const isFlood = error.code === PARSER_STOPPED;
      const say = () => {
        refuse(error, socket);
        if (isFlood) socket.destroySoon();
      };
      // What waits takes memory, and would for as long as others of its kind are answered.
      if (isFlood) connection.waiting.length = 0;
      // A request that has not come in whole is the one that is refused: nothing is owed to it.
      if (connection.underWay?.request.complete) connection.lastWords = say;
      else say();
    },
    connections: () => open.size,
    ended: () => ended,
    idle: () =>
      new Promise((resolve) => {
        if (busy.size === 0) resolve();
        else waitingForIdle.push(resolve);
      }),
    endAll() {
      for (const socket of open.keys()) socket.destroy();
    },
  };
}

function newConnection(socket: Socket, handle: RequestListener): Connection {
  return {
    socket,
    handle,
    underWay: undefined,
    waiting: [],
    unanswered: 0,
    lastWords: undefined,
  };
}

/** It waits for nothing: it is for the client to say something, or to go on with it. */
function isQuiet({ underWay, waiting }: Connection): boolean {
  return underWay ? !underWay.request.complete : waiting.length === 0;
}

/** The whole answer was given, and a part of it is still here. */
function isUntaken({ underWay, socket }: Connection): boolean {
  return underWay?.response.writableEnded === true && socket.writableLength > 0;
}
