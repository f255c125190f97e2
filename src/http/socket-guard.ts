import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type Connection, createConnections, type Exchange, isQuiet, isUnread, newConnection } from './connections.ts';
import { limitParser, PARSER_STOPPED } from './parser-limit.ts';

/** What the clients of one port may use of this process. */
export interface SocketLimits {
  /**
   * Open connections. One more replaces the one that was idle, or left its answer unread, the longest; it is refused if
   * there is none.
   */
  readonly connections: number;
  /** Requests of one connection that wait for answers. One more ends the connection after the answer under way. */
  readonly unanswered: number;
  /**
   * Requests under way. One more ends the connection whose answer has waited to be read the longest, if there is one.
   */
  readonly untaken: number;
  /** Bytes of answers that wait to be read. More end the connection whose answer has waited the longest. */
  readonly untakenBytes: number;
  /** How long one request may take to arrive. */
  readonly requestMs: number;
  /** How long nothing may arrive or be read while a request is under way or none has come yet. */
  readonly stallMs: number;
  /** How long a connection may be idle after an answer. */
  readonly keepAliveMs: number;
  /** How long a refused client may read its answer. */
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

/** Why a connection was ended: to make room, for not reading its answer, for what it sent. */
export type EndReason = 'crowded' | 'stalled' | 'refused';

export type ClientError = Error & { readonly code?: string };
/** Answers bytes that are no valid request, on the socket itself. */
export type RefuseClient = (error: ClientError, socket: Socket) => void;

/** Keeps the connections of one port within limits, so that no client uses up memory or time of the others. */
export interface SocketGuard {
  /**
   * A server that gives `handle` the requests of each connection one after another, each once the answer before is
   * read.
   */
  serve(handle: RequestListener, maxHeaderSize: number): Server;
  /** Lets `refuse` answer after the answers that the client is still owed, and ends the connection. */
  refuse(error: ClientError, socket: Socket, refuse: RefuseClient): void;
  connections(): number;
  ended(): Readonly<Record<EndReason, number>>;
  /** From now on each connection ends once what has come is answered; `Connection: close` tells its client. */
  drain(): void;
  /** Resolves as soon as no request is under way. */
  idle(): Promise<void>;
  endAll(): void;
}

/** How often Node looks for requests that take too long to arrive. */
const CHECK_MS = 1_000;

export function createSocketGuard(limits: SocketLimits): SocketGuard {
  const connections = createConnections();
  const ended = { crowded: 0, stalled: 0, refused: 0 };
  let isDraining = false;

  const end = (connection: Connection, reason: EndReason) => {
    ended[reason] += 1;
    connections.forget(connection);
    connection.socket.destroy();
  };

  const makeRoomFor = (latest: Connection) => {
    for (const connection of connections.dispensable(limits.connections))
      if (isQuiet(connection) || isUnread(connection)) return end(connection, 'crowded');
    end(latest, 'crowded');
  };

  const isUnreadTooMuch = () => {
    if (connections.busy.size > limits.untaken) return true;
    let bytes = 0;
    for (const { socket } of connections.busy) bytes += socket.writableLength;
    return bytes > limits.untakenBytes;
  };

  const endLongestUnread = () => {
    for (const connection of connections.busy) if (isUnread(connection)) return end(connection, 'stalled');
  };

  const admit = (socket: Socket, handle: RequestListener) => {
    const connection = newConnection(socket, handle);
    connections.add(connection);
    socket.once('close', () => connections.forget(connection));
    limitParser(socket, () => {
      connection.unanswered += 1;
      return connection.unanswered <= limits.unanswered;
    });
    if (connections.count() > limits.connections) makeRoomFor(connection);
  };

  /** Reads nothing more from a client, which may still read its answer. */
  const stopReading = (connection: Connection) => {
    connections.leave(connection);
    ended.refused += 1;
    connection.socket.pause();
    setTimeout(() => connection.socket.destroy(), limits.lingerMs).unref();
  };

  const begin = (connection: Connection, exchange: Exchange) => {
    connection.underWay = exchange;
    connections.work(connection);
    if (isUnreadTooMuch()) endLongestUnread();
    exchange.response.once('close', () => answered(connection, exchange));
    if (isDraining && connection.waiting.length === 0) exchange.response.setHeader('connection', 'close');
    connection.handle(exchange.request, exchange.response);
  };

  const answered = (connection: Connection, { request }: Exchange) => {
    connection.underWay = undefined;
    connection.unanswered -= 1;
    if (!isServed(connection)) return connections.rest(connection);
    connections.answered(connection);
    // Other connections come first.
    if (connection.waiting.length > 0) return void setImmediate(goOn, connection);
    connections.rest(connection);
    if (!request.complete) endUnread(connection);
    else connection.refusal?.();
  };

  const goOn = (connection: Connection) => {
    const next = isServed(connection) ? connection.waiting.shift() : undefined;
    if (next) begin(connection, next);
    else connections.rest(connection);
  };

  const isServed = ({ socket }: Connection) => connections.of(socket) !== undefined && socket.writable;

  /** Node would go on reading a body, and throw it away. */
  const endUnread = (connection: Connection) => {
    stopReading(connection);
    connection.socket.end();
  };

  const take = (request: IncomingMessage, response: ServerResponse) => {
    const connection = connections.of(request.socket);
    if (!connection) return;
    if (!connection.underWay && connection.waiting.length === 0) begin(connection, { request, response });
    else if (connection.waiting.length < limits.unanswered) connection.waiting.push({ request, response });
    else end(connection, 'refused');
  };

  const timeOut = (socket: Socket) => {
    const connection = connections.of(socket);
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
      // Without a listener Node answers unknown expectations itself, outside of these limits.
      return server.on('request', take).on('checkExpectation', take).on('timeout', timeOut);
    },
    refuse(error, socket, refuse) {
      const connection = connections.of(socket);
      if (!connection || !socket.writable) return void socket.destroy();
      if (connections.isLeaving(connection)) return;
      stopReading(connection);
      const isFlood = error.code === PARSER_STOPPED;
      const say = () => {
        refuse(error, socket);
        if (isFlood) socket.destroySoon();
      };
      // What waits takes memory, and would for as long as others of its kind are answered.
      if (isFlood) connection.waiting.length = 0;
      // A request that has not come in whole is the one that is refused: nothing is owed to it.
      if (connection.underWay?.request.complete) connection.refusal = say;
      else say();
    },
    connections: connections.count,
    ended: () => ended,
    drain() {
      isDraining = true;
    },
    idle: connections.idle,
    endAll() {
      for (const socket of connections.sockets()) socket.destroy();
    },
  };
}
