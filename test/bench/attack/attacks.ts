import { connect, type Socket } from 'node:net';

/**
 * What one bad client does to one port, on many connections at once; each is opened again after the server ended it.
 */
export interface Attack {
  readonly name: string;
  readonly connections: number;
  readonly port: 'api' | 'monitoring';
  /** How long a client waits before it opens a connection again, in milliseconds. */
  readonly reopenMs: number;
  /** After so long it opens another one by itself: who does not read never learns that a connection was ended. */
  readonly lastsMs?: number;
  /** What is done with the connection of that number. */
  readonly use: (socket: Socket, number: number) => void;
}

const MEGABYTE = 1024 * 1024;
const SECOND_MS = 1_000;

export const ATTACKS: readonly Attack[] = [
  {
    name: '1 MB of pipelined GETs each, never read',
    connections: 50,
    port: 'api',
    reopenMs: 0,
    lastsMs: SECOND_MS / 2,
    use: pipelineUnread(['/v2/_catalog?n=1000', '/v1/search?q=a&n=1000', '/v1/suggest?q=a&n=50']),
  },
  {
    name: '1 MB of pipelined GETs on 2,000 connections, never read',
    connections: 2_000,
    port: 'api',
    reopenMs: SECOND_MS,
    lastsMs: 5 * SECOND_MS,
    use: pipelineUnread(['/v2/_catalog?n=1000', '/v1/search?q=a&n=1000']),
  },
  {
    name: '1 MB of pipelined POSTs with bodies, never read',
    connections: 50,
    port: 'api',
    reopenMs: 0,
    lastsMs: SECOND_MS / 2,
    use: (socket) => {
      const body = 'a'.repeat(50);
      unread(socket).write(
        repeated(`POST /v1/search HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n${body}`, MEGABYTE),
      );
    },
  },
  { name: '2,000 connections that ask nothing', connections: 2_000, port: 'api', reopenMs: SECOND_MS, use: unread },
  {
    name: '2,000 connections that ask again and again',
    connections: 2_000,
    port: 'api',
    reopenMs: SECOND_MS,
    use: (socket, number) => {
      const request = get(`/v1/search?q=${number % 50}`);
      socket.write(request);
      socket.on('data', () => setTimeout(() => socket.write(request), SECOND_MS));
    },
  },
  {
    name: '2,000 slow readers of the largest answers',
    connections: 2_000,
    port: 'api',
    reopenMs: SECOND_MS,
    use: (socket, number) => {
      const ask = (page: number) => get(`/v1/search?q=a&n=1000&page=${page + 1}&client=${number}`);
      for (let page = 0; page < 8; page += 1) socket.write(ask(page));
      const timer = setInterval(() => socket.read(100), SECOND_MS);
      unread(socket).on('close', () => clearInterval(timer));
    },
  },
  {
    name: '2,000 slow writers of headers',
    connections: 2_000,
    port: 'api',
    reopenMs: SECOND_MS,
    use: trickle('GET /v1/search?q=a HTTP/1.1\r\nHost: x\r\nX-Slow: '),
  },
  {
    name: '2,000 slow writers of bodies',
    connections: 2_000,
    port: 'api',
    reopenMs: SECOND_MS,
    use: trickle(
      'POST /v1/search HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n',
    ),
  },
  {
    name: '2,000 connections with 15 kB of unfinished headers',
    connections: 2_000,
    port: 'api',
    reopenMs: SECOND_MS,
    use: (socket) => void unread(socket).write(`GET / HTTP/1.1\r\nHost: x\r\nX-Large: ${'a'.repeat(15_000)}`),
  },
  {
    name: 'new queries as fast as they are answered, 200 connections',
    connections: 200,
    port: 'api',
    reopenMs: SECOND_MS,
    use: (socket, number) => {
      let count = 0;
      const ask = () => socket.write(get(`/v1/search?q=${'abcdefghij'[number % 10]}+-zq${number}q${count++}&n=1000`));
      socket.on('data', (chunk) => {
        if (chunk.includes('HTTP/1.1 ')) ask();
      });
      ask();
    },
  },
  {
    name: 'the monitoring port: 2,000 connections, 1 MB of pipelined GETs each',
    connections: 2_000,
    port: 'monitoring',
    reopenMs: SECOND_MS,
    lastsMs: 5 * SECOND_MS,
    use: pipelineUnread(['/metrics', '/healthz']),
  },
];

/** What an attack came to, as its client saw it. */
export interface AttackCount {
  readonly opened: number;
  /** Of those how many were ended while the attack went on. */
  readonly ended: number;
}

/** Attacks until `signal` aborts. */
export function attack(
  { connections, reopenMs, lastsMs, use }: Attack,
  url: string,
  signal: AbortSignal,
): Promise<AttackCount> {
  const { hostname, port } = new URL(url);
  const open = new Set<Socket>();
  const count = { opened: 0, ended: 0 };
  const begin = (number: number) => {
    if (signal.aborted) return;
    const socket = connect(Number(port), hostname);
    open.add(socket);
    socket.once('connect', () => {
      count.opened += 1;
      use(socket, number);
      if (lastsMs !== undefined) setTimeout(() => socket.destroy(), lastsMs);
    });
    socket.on('error', () => undefined);
    socket.once('close', () => {
      open.delete(socket);
      if (!signal.aborted) count.ended += 1;
      setTimeout(begin, reopenMs, number);
    });
  };
  for (let number = 0; number < connections; number += 1) begin(number);
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      for (const socket of open) socket.destroy();
      resolve(count);
    });
  });
}

function get(path: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
}

function repeated(text: string, bytes: number): Buffer {
  return Buffer.from(text.repeat(Math.floor(bytes / text.length)));
}

function unread(socket: Socket): Socket {
  return socket.pause();
}

function pipelineUnread(paths: readonly string[]): Attack['use'] {
  const requests = repeated(paths.map(get).join(''), MEGABYTE);
  return (socket) => void unread(socket).write(requests);
}

/** Begins a request and goes on with it one byte a second. */
function trickle(beginning: string): Attack['use'] {
  return (socket) => {
    socket.write(beginning);
    const timer = setInterval(() => socket.write('a'), SECOND_MS);
    socket.resume().once('close', () => clearInterval(timer));
  };
}
