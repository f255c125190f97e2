import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

export interface Connection {
  readonly socket: Socket;
  readonly handle: RequestListener;
  underWay: Exchange | undefined;
  readonly waiting: Exchange[];
  /** Requests that were parsed and not answered yet. */
  unanswered: number;
  /** Sends the refusal, once everything before it is answered. */
  refusal: (() => void) | undefined;
}

export function newConnection(socket: Socket, handle: RequestListener): Connection {
  return {
    socket,
    handle,
    underWay: undefined,
    waiting: [],
    unanswered: 0,
    refusal: undefined,
  };
}

/** Whether the connection waits for its client: no request has come, or not the whole of one. */
export function isQuiet({ underWay, waiting }: Connection): boolean {
  return underWay ? !underWay.request.complete : waiting.length === 0;
}

/** The whole answer was given, and a part of it is still here. */
export function isUnread({ underWay, socket }: Connection): boolean {
  return underWay?.response.writableEnded === true && socket.writableLength > 0;
}

/** The open connections of one port. */
export interface Connections {
  of(socket: Socket): Connection | undefined;
  count(): number;
  /** It is a newcomer until it was answered. */
  add(connection: Connection): void;
  forget(connection: Connection): void;
  /** Its client may still read, and nothing more is read from it. */
  leave(connection: Connection): void;
  isLeaving(connection: Connection): boolean;
  /** One of its requests is being answered, until it rests. */
  work(connection: Connection): void;
  /** One of its requests was answered. */
  answered(connection: Connection): void;
  rest(connection: Connection): void;
  /** Those whose requests are being answered, the one that was begun first before the others. */
  readonly busy: ReadonlySet<Connection>;
  /**
   * Those that may make room for one more, in that order. Half of `limit` places belong to those who were answered
   * before, however many others come.
   */
  dispensable(limit: number): Iterable<Connection>;
  /** Resolves as soon as no request is under way. */
  idle(): Promise<void>;
  sockets(): Iterable<Socket>;
}

export function createConnections(): Connections {
  const open = new Map<Socket, Connection>();
  /**
   * Those that have never been answered, and the others; in both the one whose last request or answer is the oldest
   * comes first.
   */
  const newcomers = new Set<Connection>();
  const regulars = new Set<Connection>();
  /** Those that are in neither because they were refused, and still have something to read. */
  const leaving = new Set<Connection>();
  const busy = new Set<Connection>();
  const waitingForIdle: (() => void)[] = [];

  const rest = (connection: Connection) => {
    busy.delete(connection);
    if (busy.size === 0) for (const resolve of waitingForIdle.splice(0)) resolve();
  };

  return {
    of: (socket) => open.get(socket),
    count: () => open.size,
    add(connection) {
      open.set(connection.socket, connection);
      newcomers.add(connection);
    },
    forget(connection) {
      open.delete(connection.socket);
      newcomers.delete(connection);
      regulars.delete(connection);
      leaving.delete(connection);
      rest(connection);
    },
    leave(connection) {
      newcomers.delete(connection);
      regulars.delete(connection);
      leaving.add(connection);
    },
    isLeaving: (connection) => leaving.has(connection),
    work(connection) {
      busy.delete(connection);
      busy.add(connection);
      if (regulars.delete(connection)) regulars.add(connection);
    },
    answered(connection) {
      if (leaving.has(connection)) return;
      newcomers.delete(connection);
      regulars.delete(connection);
      regulars.add(connection);
    },
    rest,
    busy,
    *dispensable(limit) {
      yield* leaving;
      yield* newcomers.size > limit / 2 ? newcomers : regulars;
    },
    idle: () =>
      new Promise((resolve) => {
        if (busy.size === 0) resolve();
        else waitingForIdle.push(resolve);
      }),
    sockets: () => open.keys(),
  };
}
