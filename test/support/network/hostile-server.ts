import { createServer, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { listen } from './listen.ts';

/** A server that answers every request in one bad way, and keeps an eye on what becomes of that. */
export interface HostileServer {
  readonly url: string;
  /** Requests that came in; for a server that redirects, also those that followed. */
  requests(): string[];
  /** Written into sockets so far, which is more than a client has read by what their buffers hold. */
  written(): number;
  /** Resolves when every client has hung up. */
  left(): Promise<void>;
  close(): Promise<void>;
}

type Attack = (socket: Socket, write: (text: string | Buffer) => boolean) => void;

const JSON_HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n';
const DRIP_MS = 5;

/** Many times what the buffers of both sockets hold, and far less than a client would have read that reads it all. */
export const FEW_BYTES = 32 * 1024 * 1024;

const CHUNK = Buffer.alloc(64 * 1024, ' ');
const FAST_WRITES = (3 * FEW_BYTES) / CHUNK.length;

/**
 * Writes the same thing again and again, as fast as it is read; slowly to whoever has read more than any client may, so
 * that other tests can go on meanwhile.
 */
const forEver = (socket: Socket, write: (text: string | Buffer) => boolean, next: () => string | Buffer) => {
  let writes = 0;
  const more = async () => {
    while (!socket.destroyed && write(next())) {
      writes += 1;
      if (writes > FAST_WRITES) await setTimeout(DRIP_MS);
    }
  };
  socket.on('drain', more);
  more();
};

const drip = (socket: Socket, write: (text: string) => boolean, text: string) => {
  const timer = setInterval(() => write(text), DRIP_MS);
  socket.on('close', () => clearInterval(timer));
};

const inChunk = (bytes: Buffer) =>
  Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);

/** What a client must survive, by name. */
export const ATTACKS = {
  'a body of unknown length without an end': (socket, write) => {
    write(`${JSON_HEAD}Connection: close\r\n\r\n`);
    forEver(socket, write, () => CHUNK);
  },
  'a body in chunks without an end': (socket, write) => {
    write(`${JSON_HEAD}Transfer-Encoding: chunked\r\n\r\n`);
    forEver(socket, write, () => inChunk(CHUNK));
  },
  'a body of a terabyte': (socket, write) => {
    write(`${JSON_HEAD}Content-Length: 1099511627776\r\n\r\n`);
    forEver(socket, write, () => CHUNK);
  },
  'an error without an end': (socket, write) => {
    write('HTTP/1.1 500 No\r\nTransfer-Encoding: chunked\r\n\r\n');
    forEver(socket, write, () => inChunk(CHUNK));
  },
  'a chunk extension without an end': (socket, write) => {
    write(`${JSON_HEAD}Transfer-Encoding: chunked\r\n\r\n1;a=`);
    forEver(socket, write, () => Buffer.alloc(64 * 1024, 'a'));
  },
  'trailers without an end': (socket, write) => {
    write(`${JSON_HEAD}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n`);
    forEver(socket, write, () => 'X-Trailer: any\r\n'.repeat(1_000));
  },
  'headers without an end': (socket, write) => {
    write('HTTP/1.1 200 OK\r\n');
    forEver(socket, write, () => 'X-Header: any\r\n'.repeat(1_000));
  },
  'one header without an end': (socket, write) => {
    write('HTTP/1.1 200 OK\r\nX-Header: ');
    forEver(socket, write, () => Buffer.alloc(64 * 1024, 'a'));
  },
  'a status line without an end': (socket, write) => {
    write('HTTP/1.1 200 ');
    forEver(socket, write, () => Buffer.alloc(64 * 1024, 'a'));
  },
  'interim answers without an end': (socket, write) => {
    forEver(socket, write, () => 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'.repeat(100));
  },
  'a body drop by drop': (socket, write) => {
    write(`${JSON_HEAD}Transfer-Encoding: chunked\r\n\r\n`);
    drip(socket, write, '1\r\n \r\n');
  },
  'headers drop by drop': (socket, write) => {
    write('HTTP/1.1 200 OK\r\nX-Header: ');
    drip(socket, write, 'a');
  },
  'a head and nothing more': (_, write) => {
    write(`${JSON_HEAD}Content-Length: 100\r\n\r\n`);
  },
  'a gigabyte of blanks, compressed': (_, write) => {
    const body = Buffer.concat(Array(1_024).fill(gzipSync(Buffer.alloc(1024 * 1024, ' '))));
    write(`${JSON_HEAD}Content-Encoding: gzip\r\nContent-Length: ${body.length}\r\n\r\n`);
    write(body);
  },
  'a redirect to itself': (_, write) => {
    write('HTTP/1.1 307 Elsewhere\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n');
  },
  'JSON of something else': (_, write) => {
    write(`${JSON_HEAD}Content-Length: 4\r\n\r\nnull`);
  },
  'bytes that are no HTTP': (_, write) => {
    write(`\u0000\u0001 AWS4-HMAC-SHA256 Credential=AKIDSECRETSECRETS\r\n\r\n`);
  },
} as const satisfies Record<string, Attack>;

export type AttackName = keyof typeof ATTACKS;

export const ATTACK_NAMES = Object.keys(ATTACKS) as AttackName[];

/** Answers that have an end, after which a client may keep the connection. */
const ENDING: readonly AttackName[] = [
  'a gigabyte of blanks, compressed',
  'a redirect to itself',
  'JSON of something else',
  'bytes that are no HTTP',
];

export interface Attacked<T> {
  /** What the client made of it: what it gave, or the error that it rejected with. */
  readonly outcome: T;
  readonly requests: readonly string[];
  readonly written: number;
}

/** What a client makes of an attack. Resolves only when it has hung up on what has no end. */
export async function attack<T>(name: AttackName, client: (url: string) => Promise<T>): Promise<Attacked<T | unknown>> {
  const server = await startHostileServer(ATTACKS[name]);
  try {
    const outcome = await client(server.url).catch((error: unknown) => error);
    if (!ENDING.includes(name)) await server.left();
    return { outcome, requests: server.requests(), written: server.written() };
  } finally {
    await server.close();
  }
}

export async function startHostileServer(attack: Attack): Promise<HostileServer> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  let written = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    const write = (bytes: string | Buffer) => {
      if (socket.destroyed) return false;
      written += bytes.length;
      return socket.write(bytes);
    };
    let isAnswered = false;
    socket.on('data', (data) => {
      const line = /^(GET|POST|PATCH|PUT|DELETE) \S+/.exec(data.toString('latin1'))?.[0];
      if (line) requests.push(line);
      if (isAnswered) return;
      isAnswered = true;
      attack(socket, write);
    });
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    requests: () => requests,
    written: () => written,
    async left() {
      await Promise.all([...sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve))));
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
