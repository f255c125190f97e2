import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parse, stringify } from 'yaml';
import { listen } from '../../support/network/listen.ts';

/** Ways in which an API server fails those who ask it. */
export const FAULTS = ['429', '500', 'cut watches', 'compacted', '10 s slow', 'unreachable'] as const;
export type Fault = (typeof FAULTS)[number];

/** The API server, by plain HTTP, as a person who may do everything. */
export interface ApiProxy {
  readonly kubeconfigPath: string;
  /** How requests fare from now on; undefined for well. */
  fault: Fault | undefined;
  /** Requests so far. */
  count(): number;
  /** Requests so far by what they are, such as `PATCH leases`; a list and a watch are a GET each. */
  calls(): ReadonlyMap<string, number>;
  stop(): void;
}

const CUT_EVERY_MS = 1_000;
const SLOW_MS = 10_000;

export async function startApiProxy(kubeconfigPath: string, directory: string): Promise<ApiProxy> {
  const config = parse(await readFile(kubeconfigPath, 'utf8'));
  const { server: target, 'certificate-authority': ca } = config.clusters[0].cluster;
  const { 'client-certificate': cert, 'client-key': key } = config.users[0].user;
  const [caText, certText, keyText] = await Promise.all([ca, cert, key].map((file) => readFile(file, 'utf8')));
  const agent = new Agent({ keepAlive: true, ...pem(caText, certText, keyText) });
  const watches = new Set<ServerResponse>();
  const calls = new Map<string, number>();
  let count = 0;

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const name = nameOf(incoming);
    count += 1;
    calls.set(name, (calls.get(name) ?? 0) + 1);
    const isWatch = /[?&]watch=/.test(incoming.url ?? '');
    const { fault } = proxy;
    if (fault === 'unreachable') return void incoming.socket.destroy();
    if (fault === '429' || fault === '500') return refuse(outgoing, Number(fault));
    if (fault === 'compacted' && isWatch) return refuse(outgoing, 410);
    if (fault === '10 s slow') await wait(SLOW_MS);
    if (isWatch) watches.add(outgoing.once('close', () => watches.delete(outgoing)));
    forward(incoming, outgoing);
  }

  function forward(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { method, url, headers } = incoming;
    const options = { agent, method, headers: { ...headers, host: new URL(target).host } };
    const forwarded = request(`${target}${url}`, options, (reply) => {
      outgoing.writeHead(reply.statusCode ?? 502, reply.headers).flushHeaders();
      reply.pipe(outgoing);
      outgoing.once('close', () => reply.destroy());
    });
    forwarded.once('error', () => outgoing.destroy());
    incoming.pipe(forwarded);
  }

  const cutting = setInterval(() => {
    const cuts: readonly (Fault | undefined)[] = ['cut watches', 'compacted', 'unreachable'];
    if (cuts.includes(proxy.fault)) for (const watch of watches) watch.destroy();
  }, CUT_EVERY_MS);
  const server = createServer((incoming, outgoing) => void answer(incoming, outgoing));
  const url = `http://127.0.0.1:${await listen(server)}`;
  const path = join(directory, 'proxy.kubeconfig');
  const clusters = [{ name: 'test', cluster: { server: url, 'insecure-skip-tls-verify': true } }];
  await writeFile(path, stringify({ ...config, clusters, users: [{ name: 'admin', user: {} }] }));
  const proxy: ApiProxy = {
    kubeconfigPath: path,
    fault: undefined,
    count: () => count,
    calls: () => new Map(calls),
    stop() {
      clearInterval(cutting);
      server.closeAllConnections();
      server.close();
    },
  };
  return proxy;
}

/** The verb and the plural of the type, from `/api/v1/…` or `/apis/GROUP/VERSION/…`, with or without a namespace. */
function nameOf({ method, url = '' }: IncomingMessage): string {
  const path = /^\/(?:api|apis\/[^/]+)\/[^/]+\/(?:namespaces\/[^/?]+\/)?([^/?]+)/.exec(url);
  return `${method} ${path?.[1] ?? url}`;
}

function pem(ca = '', cert = '', key = '') {
  return { ca, cert, key };
}

function refuse(outgoing: ServerResponse, code: number): void {
  const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, message: `fault ${code}` };
  outgoing.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(status));
}
