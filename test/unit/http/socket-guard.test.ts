import { once } from 'node:events';
import { type IncomingMessage, type RequestListener, ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { limitParser } from '../../../src/http/parser-limit.ts';
import {
  createSocketGuard,
  type RefuseClient,
  SOCKET_LIMITS,
  type SocketGuard,
  type SocketLimits,
} from '../../../src/http/socket-guard.ts';
import { until } from '../../support/eventually.ts';
import { listen } from '../../support/network/listen.ts';

/** More than the kernel keeps for a client that does not read. */
const LARGE = 'x'.repeat(8 * 1024 * 1024);
const HEADER_BYTES = 16_384;

const closing: (() => void)[] = [];

afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const answerAtOnce: RequestListener = (request, response) => void response.end(request.url);

const answerLarge: RequestListener = (request, response) => void response.end(`${request.url}${LARGE}`);

const refuse: RefuseClient = (error, socket) =>
  void socket.end(`HTTP/1.1 400 ${error.code}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);

async function serve(limits: Partial<SocketLimits>, handle: RequestListener = answerAtOnce) {
  const guard = createSocketGuard({ ...SOCKET_LIMITS, ...limits });
  const server = guard.serve(handle, HEADER_BYTES);
  server.on('clientError', (error, socket: Socket) => guard.refuse(error, socket, refuse));
  const port = await listen(server);
  closing.push(() => {
    guard.endAll();
    server.close();
  });
  return { guard, server, open: () => openClient(port, guard) };
}

interface Client {
  readonly socket: Socket;
  send(text: string): void;
  /** Everything that was answered so far. */
  text(): string;
  isClosed(): boolean;
}

/** A client that has been let in, or turned away. */
async function openClient(port: number, guard: SocketGuard): Promise<Client> {
  const before = guard.connections();
  const socket = connect(port, '127.0.0.1');
  closing.push(() => socket.destroy());
  let text = '';
  let isClosed = false;
  socket.setEncoding('utf8');
  socket.on('data', (chunk) => {
    text += chunk;
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    isClosed = true;
  });
  await once(socket, 'connect');
  await until(() => guard.connections() !== before || guard.ended().crowded > 0);
  return { socket, send: (more) => void socket.write(more), text: () => text, isClosed: () => isClosed };
}

/** Answers when it is told to, the oldest request first. */
function answerWhenTold() {
  const pending: { request: IncomingMessage; response: ServerResponse }[] = [];
  return {
    handle: ((request, response) => void pending.push({ request, response })) satisfies RequestListener,
    urls: () => pending.map(({ request }) => request.url),
    answer() {
      const next = pending.shift();
      next?.response.end(next.request.url);
    },
  };
}

function get(path: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
}

function statusesOf(text: string): string[] {
  return [...text.matchAll(/HTTP\/1\.1 (\d+ \S+)/g)].map(([, status = '']) => status);
}

describe('requests of one connection', () => {
  test('are handled one after another, and answered in their order', async () => {
    const told = answerWhenTold();
    const { open } = await serve({}, told.handle);
    const client = await open();
    client.send(get('/1') + get('/2') + get('/3'));
    for (const path of ['/1', '/2', '/3']) {
      await until(() => told.urls().length > 0);
      expect(told.urls()).toEqual([path]);
      told.answer();
    }
    await until(() => client.text().endsWith('/3'));
    expect([...client.text().matchAll(/\/\d$|\/\d(?=HTTP)/g)].map(String)).toEqual(['/1', '/2', '/3']);
    expect(client.isClosed()).toBe(false);
  });

  const body = 'a'.repeat(10);
  test.each([
    ['GETs', get('/x')],
    ['HEADs', 'HEAD / HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['POSTs with bodies', `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n${body}`],
    ['chunked bodies', `POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\na\r\n${body}\r\n0\r\n\r\n`],
    ['expectations that nobody knows', get('/').replace('\r\n\r\n', '\r\nExpect: wonders\r\n\r\n')],
    ['expectations to go on', get('/').replace('\r\n\r\n', '\r\nExpect: 100-continue\r\n\r\n')],
  ])('are refused when more come than may wait for answers: %s', async (_what, request) => {
    const told = answerWhenTold();
    const { guard, server, open } = await serve({ unanswered: 3 }, told.handle);
    let seen = 0;
    for (const event of ['request', 'checkExpectation']) server.on(event, () => void seen++);
    const client = await open();
    client.send(request.repeat(100));
    await until(() => guard.ended().refused === 1);
    expect(seen).toBe(3);
    expect(told.urls()).toHaveLength(1);
    told.answer();
    await until(() => client.isClosed());
    const answers = statusesOf(client.text()).filter((status) => status !== '100 Continue');
    expect(answers).toEqual(['200 OK', '400 HPE_CB_HEADERS_COMPLETE']);
    expect(told.urls()).toEqual([]);
    expect(guard.connections()).toBe(0);
  });

  test('may be as many as they like while they are answered', async () => {
    const { open } = await serve({ unanswered: 3 });
    const client = await open();
    for (let each = 1; each <= 20; each += 1) {
      client.send(get('/1') + get('/2') + get('/3'));
      await until(() => statusesOf(client.text()).length === 3 * each);
    }
  });

  test('of HTTP/1.0 are one: its answer is the last', async () => {
    const told = answerWhenTold();
    const { open } = await serve({ unanswered: 3 }, told.handle);
    const client = await open();
    client.send('GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n'.repeat(3));
    await until(() => told.urls().length === 1);
    told.answer();
    await until(() => client.isClosed());
    expect(statusesOf(client.text())).toEqual(['200 OK']);
    expect(told.urls()).toEqual([]);
  });

  test('that want to become something else are answered as they are', async () => {
    const { open } = await serve({});
    const client = await open();
    client.send(get('/').replace('\r\n\r\n', '\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n'));
    await until(() => statusesOf(client.text()).length === 1);
    client.send(get('/next'));
    await until(() => client.text().endsWith('/next'));
  });

  test('of which Node itself refuses the first because it names no host are not even looked at', async () => {
    const { server, open } = await serve({ unanswered: 3 });
    let parsed = 0;
    server.on('connection', (socket) => {
      limitParser(socket, () => {
        parsed += 1;
        return true;
      });
    });
    const client = await open();
    client.send('GET / HTTP/1.1\r\n\r\n'.repeat(3_000));
    await until(() => client.isClosed());
    expect(statusesOf(client.text())[0]).toBe('400 Bad');
    expect(parsed).toBeLessThanOrEqual(4);
  });

  test('are given up with the connection', async () => {
    const told = answerWhenTold();
    const { guard, open } = await serve({}, told.handle);
    const client = await open();
    client.send(get('/1') + get('/2'));
    await until(() => told.urls().length === 1);
    client.socket.destroy();
    await until(() => guard.connections() === 0);
    await guard.idle();
    expect(told.urls()).toEqual(['/1']);
  });
});

describe('a client that does not take its answer', () => {
  async function ask(client: Client) {
    client.socket.pause();
    client.send(get('/large'));
  }

  test('is ended when nothing moved for too long', async () => {
    const { guard, open } = await serve({ stallMs: 50 }, answerLarge);
    await ask(await open());
    await until(() => guard.ended().stalled === 1);
    expect(guard.connections()).toBe(0);
    await guard.idle();
  });

  test('has the next request wait in vain, and unseen', async () => {
    let handled = 0;
    const { guard, open } = await serve({ stallMs: 200 }, (request, response) => {
      handled += 1;
      answerLarge(request, response);
    });
    const client = await open();
    client.socket.pause();
    client.send(get('/1') + get('/2'));
    await until(() => guard.ended().stalled === 1);
    expect(handled).toBe(1);
  });

  test('is ended when there are too many such, the one that has waited the longest first', async () => {
    const { guard, open } = await serve({ untaken: 2 }, answerLarge);
    const clients = [await open(), await open(), await open(), await open()];
    for (const [at, client] of clients.entries()) {
      await ask(client);
      await until(() => guard.ended().stalled === Math.max(0, at - 1));
    }
    for (const client of clients) client.socket.resume();
    await until(() => clients.every((client) => client.isClosed() || client.text().length > LARGE.length));
    expect(clients.map((client) => client.isClosed())).toEqual([true, true, false, false]);
  });

  test('is ended when such answers have too many bytes together, the one that has waited the longest first', async () => {
    let handled = 0;
    const { guard, open } = await serve({ untakenBytes: 1.5 * LARGE.length }, (request, response) => {
      answerLarge(request, response);
      handled += 1;
    });
    const clients = [await open(), await open(), await open(), await open()];
    let asked = 0;
    for (const client of clients) {
      await ask(client);
      asked += 1;
      // What was written last is counted when the next request begins.
      await until(() => guard.ended().stalled === Math.max(0, asked - 2) && handled === asked);
    }
    for (const client of clients) client.socket.resume();
    await until(() => clients.every((client) => client.isClosed() || client.text().length > LARGE.length));
    expect(clients.map((client) => client.isClosed())).toEqual([true, true, false, false]);
  });

  test('gets it all the same when it reads slowly', async () => {
    const { guard, open } = await serve({}, answerLarge);
    const client = await open();
    client.send(get('/slow'));
    client.socket.on('data', () => {
      client.socket.pause();
      setTimeout(() => client.socket.resume(), 1);
    });
    await until(() => client.text().length > LARGE.length);
    expect(guard.ended()).toEqual({ crowded: 0, stalled: 0, refused: 0 });
  });
});

describe('a client that does not finish its request', () => {
  test.each([
    ['says nothing at all', ''],
    ['stops within the headers', 'GET / HTTP/1.1\r\nHost: x\r\n'],
    ['stops within the body', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n'],
    ['stops within the request after one that was answered', `${get('/')}GET / HT`],
  ])('is ended when it %s', async (_what, text) => {
    const { guard, open } = await serve({ requestMs: 50, stallMs: 50, lingerMs: 50 }, readBody);
    const client = await open();
    client.send(text);
    await until(() => client.isClosed() && guard.connections() === 0);
  });

  test.each([
    ['headers', 'GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ', ''],
    ['a body', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n', ''],
    ['headers after a request that was answered', `${get('/')}GET / HTTP/1.1\r\nX-Slow: `, '200 OK'],
  ])('is told so and ended when it goes on with %s little by little', async (_what, beginning, before) => {
    const { guard, open } = await serve({ requestMs: 100, lingerMs: 100 }, readBody);
    const client = await open();
    client.send(beginning);
    const timer = setInterval(() => client.send('a'), 5);
    closing.push(() => clearInterval(timer));
    await until(() => client.isClosed() && guard.connections() === 0);
    expect(statusesOf(client.text())).toEqual([before, '400 ERR_HTTP_REQUEST_TIMEOUT'].filter(Boolean));
  });

  /** Answers what has come in whole. */
  function readBody(request: IncomingMessage, response: ServerResponse) {
    request.resume().once('end', () => response.end());
  }
});

test('a client that is answered before its body has come is ended, however much it goes on sending', async () => {
  const { guard, open } = await serve({ lingerMs: 50 });
  const client = await open();
  client.send(`POST /early HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n`);
  const timer = setInterval(() => client.send('a'.repeat(10_000)), 1);
  closing.push(() => clearInterval(timer));
  await until(() => client.isClosed() && guard.connections() === 0);
  expect(client.text()).toMatch(/\/early$/);
});

describe('a client that is refused', () => {
  test('gets first what it is owed', async () => {
    const told = answerWhenTold();
    const { open } = await serve({}, told.handle);
    const client = await open();
    client.send(`${get('/1')}no request\r\n\r\n`);
    await until(() => told.urls().length === 1);
    expect(client.text()).toBe('');
    told.answer();
    await until(() => client.isClosed());
    expect(statusesOf(client.text())).toEqual(['200 OK', '400 HPE_INVALID_METHOD']);
  });

  test('is ended though it never closes its own half', async () => {
    const { guard, open } = await serve({ lingerMs: 50 });
    const client = await open();
    client.socket.allowHalfOpen = true;
    client.send('no request\r\n\r\n');
    await until(() => guard.connections() === 0);
    expect(statusesOf(client.text())).toEqual(['400 HPE_INVALID_METHOD']);
  });

  test('is ended when what it is owed does not come', async () => {
    const told = answerWhenTold();
    const { guard, open } = await serve({ lingerMs: 50 }, told.handle);
    const client = await open();
    client.send(`${get('/1')}no request\r\n\r\n`);
    await until(() => client.isClosed() && guard.connections() === 0);
    await guard.idle();
  });

  test('because its headers are too large is told so', async () => {
    const { open } = await serve({});
    const client = await open();
    client.send(`GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(HEADER_BYTES)}`);
    await until(() => client.isClosed());
    expect(statusesOf(client.text())).toEqual(['400 HPE_HEADER_OVERFLOW']);
  });

  test('because it wants a tunnel is ended without a word', async () => {
    const { open } = await serve({});
    const client = await open();
    client.send('CONNECT other:80 HTTP/1.1\r\nHost: other:80\r\n\r\n');
    await until(() => client.isClosed());
    expect(client.text()).toBe('');
  });
});

describe('when all places are taken', () => {
  /** Clients that have been answered, one after another. */
  async function answered(open: () => Promise<Client>, count: number): Promise<Client[]> {
    const clients: Client[] = [];
    for (let at = 0; at < count; at += 1) {
      const client = await open();
      clients.push(client);
      client.send(get('/'));
      await until(() => client.text() !== '');
    }
    return clients;
  }

  async function silent(open: () => Promise<Client>, count: number): Promise<Client[]> {
    const clients: Client[] = [];
    for (let at = 0; at < count; at += 1) clients.push(await open());
    return clients;
  }

  test('a new connection gets that of the client that has been silent for longest', async () => {
    const { guard, open } = await serve({ connections: 4 });
    const clients = await silent(open, 4);
    const [fifth] = await answered(open, 1);
    await until(() => clients[0]?.isClosed() === true);
    expect([...clients.slice(1), fifth].map((client) => client?.isClosed())).toEqual([false, false, false, false]);
    expect(guard.connections()).toBe(4);
    expect(guard.ended().crowded).toBe(1);
  });

  test('those who were answered before keep half of them, however many come', async () => {
    const { guard, open } = await serve({ connections: 4 });
    const [first, second] = await answered(open, 2);
    await silent(open, 20);
    expect(guard.ended().crowded).toBe(18);
    for (const client of [first, second]) {
      client?.send(get('/again'));
      await until(() => client?.text().endsWith('/again') === true);
    }
  });

  test('of those who were answered the one that has been quiet for longest goes', async () => {
    const { guard, open } = await serve({ connections: 3 });
    const [first, second, third] = await answered(open, 3);
    first?.send(get('/again'));
    await until(() => first?.text().endsWith('/again') === true);
    await answered(open, 1);
    await until(() => second?.isClosed() === true);
    expect([first?.isClosed(), third?.isClosed()]).toEqual([false, false]);
    expect(guard.connections()).toBe(3);
  });

  test('a client that does not take its answer goes before one that was answered since', async () => {
    const { guard, open } = await serve({ connections: 4 }, (request, response) => {
      if (request.url === '/large') answerLarge(request, response);
      else answerAtOnce(request, response);
    });
    const [untaking, reading, other] = await answered(open, 3);
    untaking?.socket.pause();
    untaking?.send(get('/large'));
    for (const client of [reading, other]) {
      client?.send(get('/again'));
      await until(() => client?.text().endsWith('/again') === true);
    }
    await silent(open, 2);
    expect(guard.ended().crowded).toBe(1);
    untaking?.socket.resume();
    await until(() => untaking?.isClosed() === true);
    expect([reading?.isClosed(), other?.isClosed()]).toEqual([false, false]);
  });

  test('nobody goes who waits for an answer: others are turned away', async () => {
    const told = answerWhenTold();
    const { guard, open } = await serve({ connections: 2 }, told.handle);
    const asking = [await open(), await open()];
    for (const client of asking) client.send(get('/'));
    await until(() => told.urls().length === 2);
    const others = await silent(open, 3);
    await until(() => others.every((client) => client.isClosed()));
    expect(guard.connections()).toBe(2);
    told.answer();
    told.answer();
    await until(() => asking.every((client) => client.text() !== ''));
  });

  test('those go before all others who were refused', async () => {
    const { open } = await serve({ connections: 3, lingerMs: 60_000 });
    const [first, second, third] = await answered(open, 3);
    third?.send('no request\r\n\r\n');
    await until(() => third?.isClosed() === true);
    await answered(open, 1);
    expect([first?.isClosed(), second?.isClosed()]).toEqual([false, false]);
  });

  test('those go who have not sent the whole body that they announced', async () => {
    const told = answerWhenTold();
    const { guard, open } = await serve({ connections: 2 }, told.handle);
    for (let each = 1; each <= 5; each += 1) {
      (await open()).send('POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n');
      await until(() => told.urls().length === each);
    }
    expect(guard.ended().crowded).toBe(3);
    expect(guard.connections()).toBe(2);
  });
});

test('a request that gets past the parser is refused all the same', async () => {
  // As it would be with a Node whose parser cannot be stopped.
  const told = answerWhenTold();
  const { guard, server, open } = await serve({ unanswered: 2 }, told.handle);
  const connected = once(server, 'connection');
  const client = await open();
  client.send(get('/'));
  await until(() => told.urls().length === 1);
  const [socket] = await connected;
  for (let extra = 0; extra < 4; extra += 1) {
    const request = { socket } as IncomingMessage;
    server.emit('request', request, new ServerResponse(request));
  }
  await until(() => client.isClosed());
  expect(guard.connections()).toBe(0);
});

test('while it drains, connections end with the answer to the last request that has come', async () => {
  const told = answerWhenTold();
  const { guard, open } = await serve({}, told.handle);
  const [pipelining, idle] = [await open(), await open()];
  pipelining.send(get('/1') + get('/2'));
  await until(() => told.urls().length > 0);
  guard.drain();
  told.answer();
  await until(() => told.urls().includes('/2'));
  told.answer();
  await until(() => pipelining.isClosed());
  expect(pipelining.text().match(/^connection: .*$/gim)).toEqual(['Connection: keep-alive', 'connection: close']);
  idle.send(get('/3'));
  await until(() => told.urls().includes('/3'));
  told.answer();
  await until(() => idle.isClosed());
  expect(idle.text()).toMatch(/^connection: close\r$/im);
});

test('all connections are ended at the end, whatever they do', async () => {
  const { guard, open } = await serve({}, answerLarge);
  const clients = [await open(), await open(), await open()];
  clients[0]?.socket.pause();
  clients[0]?.send(get('/untaken'));
  clients[1]?.send('GET / HT');
  await until(() => guard.connections() === 3);
  guard.endAll();
  clients[0]?.socket.resume();
  await until(() => clients.every((client) => client.isClosed()));
  await guard.idle();
});
