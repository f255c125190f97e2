import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { listen } from './listen.ts';

/** One request as it arrives; `number` counts from 1 since the last plan. */
export interface SeenRequest {
  readonly number: number;
  readonly method: string;
  readonly path: string;
  /** Of DynamoDB, such as `PutItem`; empty for S3. */
  readonly operation: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/**
 * What becomes of a request: it may pass, be refused unseen, lose its connection unseen (`reset`) or its answer after
 * it was done (`lose`), have its answer cut off half-way or late, or have its answer rewritten, or itself (`alter`).
 */
export type Fate =
  | { readonly kind: 'pass' | 'reset' | 'lose' | 'truncate' }
  | { readonly kind: 'refuse'; readonly status: number; readonly body: string }
  | { readonly kind: 'slow'; readonly ms: number }
  | { readonly kind: 'alter' | 'rewrite'; readonly rewrite: (body: string) => string };

export type Decide = (request: SeenRequest) => Fate | Promise<Fate>;

export interface FaultyProxy {
  readonly endpoint: string;
  /** Decides over all requests from now on. */
  plan(decide: Decide): void;
  /** Lets everything pass. */
  heal(): void;
  /** Requests since the last plan that did not simply pass. */
  struck(): number;
  stop(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

const pass: Decide = () => ({ kind: 'pass' });

/** A way to an HTTP service, which may be another one for each request, on which requests fail as planned. */
export async function startFaultyProxy(target: string | (() => string)): Promise<FaultyProxy> {
  let decide = pass;
  let number = 0;
  let struck = 0;
  const plan = (next: Decide) => {
    decide = next;
    number = 0;
    struck = 0;
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    number += 1;
    const seen = { number, method: request.method ?? '', path: request.url ?? '', operation: operationOf(request) };
    const body = Buffer.concat(await request.toArray());
    const fate = await decide({ ...seen, headers: request.headers, body: body.toString() });
    if (fate.kind !== 'pass') struck += 1;
    if (fate.kind === 'reset') return void response.destroy();
    if (fate.kind === 'refuse') return void response.writeHead(fate.status, typeFor(request)).end(fate.body);
    const asked = fate.kind === 'alter' ? Buffer.from(fate.rewrite(body.toString())) : body;
    const done = await forward(typeof target === 'string' ? target : target(), request, asked);
    if (fate.kind === 'lose') return void response.destroy();
    if (fate.kind === 'slow') await wait(fate.ms);
    if (fate.kind === 'truncate') return cutOff(response, done);
    const sent = fate.kind === 'rewrite' ? Buffer.from(fate.rewrite(done.body.toString())) : done.body;
    const length = request.method === 'HEAD' ? {} : { 'content-length': sent.length };
    response.writeHead(done.status, { ...done.headers, ...length }).end(sent);
  }

  const server = createServer((request, response) => {
    // Who was killed, or has given up, leaves its connection.
    answer(request, response).catch(() => response.destroy());
  });
  const port = await listen(server);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    plan,
    heal: () => plan(pass),
    struck: () => struck,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** With the headers as they were: the host is part of what was signed. */
function forward(target: string, { method, url, headers }: IncomingMessage, body: Buffer): Promise<Answer> {
  const { hostname, port } = new URL(target);
  const length = headers['content-length'] === undefined ? {} : { 'content-length': body.length };
  const sent = { ...headers, ...length };
  return new Promise((resolve, reject) => {
    const onward = send({ hostname, port, method, path: url, headers: sent, agent: false }, (answer) => {
      const {
        statusCode: status = 502,
        headers: { 'transfer-encoding': _, ...kept },
      } = answer;
      answer.toArray().then((chunks) => resolve({ status, headers: kept, body: Buffer.concat(chunks) }), reject);
    });
    onward.on('error', reject).end(body);
  });
}

/** Tells the whole length, and gives half. */
function cutOff(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { ...headers, 'content-length': body.length });
  response.write(body.subarray(0, body.length / 2), () => response.destroy());
}

function operationOf({ headers }: IncomingMessage): string {
  return String(headers['x-amz-target'] ?? '.').split('.')[1] ?? '';
}

function typeFor(request: IncomingMessage): { 'content-type': string } {
  return { 'content-type': operationOf(request) ? 'application/x-amz-json-1.0' : 'application/xml' };
}
