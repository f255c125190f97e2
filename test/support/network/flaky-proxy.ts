import '../native-errors.ts';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen } from './listen.ts';

/** `pass` it on; do it, but `lose` the answer; `throttle` it without doing it. */
export type Fate = 'pass' | 'lose' | 'throttle';

export interface FlakyProxy {
  readonly endpoint: string;
  /** Decides what becomes of the next requests of an operation such as `PutItem`; afterwards they pass. */
  plan(operation: string, ...fates: Fate[]): void;
  /** Every operation that was asked for so far. */
  readonly operations: ReadonlySet<string>;
  /** Called after a request was done whose answer gets lost, before the client learns of it. */
  meanwhile: () => Promise<void>;
  stop(): Promise<void>;
}

/** A DynamoDB endpoint that fails as planned, and hands everything else to `target`. */
export async function startFlakyProxy(target: string): Promise<FlakyProxy> {
  const planned = new Map<string, Fate[]>();
  const operations = new Set<string>();
  const server = createServer((request, response) => void answer(request, response));
  const port = await listen(server);
  const proxy: FlakyProxy = {
    endpoint: `http://127.0.0.1:${port}`,
    plan: (operation, ...fates) => void planned.set(operation, fates),
    operations,
    meanwhile: async () => undefined,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    operations.add(operation);
    const fate = planned.get(operation)?.shift() ?? 'pass';
    if (fate === 'throttle') return refuse(request, response);
    const done = await forward(request, target);
    if (fate === 'pass') return void response.writeHead(done.status, done.headers).end(done.body);
    await proxy.meanwhile();
    response.destroy();
  }

  return proxy;
}

async function forward(request: IncomingMessage, target: string) {
  const headers = Object.entries(request.headers).filter(([name]) => /^(x-amz-|content-type|authorization)/.test(name));
  const body = Buffer.concat(await request.toArray());
  const answer = await fetch(target, { method: 'POST', headers: Object.fromEntries(headers.map(asText)), body });
  const type = answer.headers.get('content-type') ?? 'application/x-amz-json-1.0';
  return { status: answer.status, headers: { 'content-type': type }, body: Buffer.from(await answer.arrayBuffer()) };
}

function refuse(request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
  response.end(JSON.stringify({ __type: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException' }));
}

function asText([name, value]: [string, string | string[] | undefined]): [string, string] {
  return [name, String(value)];
}
