import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Distribution } from '../support/distribution.ts';
import { requestsPerSecond } from '../support/wrk.ts';
import { pacedLatency } from './pace.ts';
import { createRandom, zipf } from './random.ts';
import type { ServerCost, ServerJob, ServerReady } from './server-process.ts';

export interface RouteFigures {
  readonly name: string;
  readonly perSecond: number;
  /** CPU that the server spent on one request, its updates included. */
  readonly cpuMicroseconds: number;
}

export interface HttpFigures {
  readonly hello: RouteFigures;
  readonly fixed: RouteFigures;
  /** Queries that come again, a few of them often. */
  readonly repeated: RouteFigures;
  /** Every query another one. */
  readonly fresh: RouteFigures;
  /** Repeated queries at half of what was reached, from when each request was due. */
  readonly paced: Distribution;
}

const CONNECTIONS = 32;
const SECONDS = 8;
/** Of the paths, so that new queries are still new after it. */
const WARM_UP = 2_000;
const MIX = 20_000;
const FRESH = 200_000;

/** `/v1/search` of an engine of that size, with 100 updates a second, beside Fastify's hello-world and a fixed body. */
export async function measureHttp(repositories: number): Promise<HttpFigures> {
  const hello = await withServer({ mode: 'hello', repositories }, (server) =>
    measureRoute(server, 'hello-world', ['/']),
  );
  const fixed = await withServer({ mode: 'fixed', repositories: 10_000 }, (server) =>
    measureRoute(server, 'the same 25 rows, fixed', ['/']),
  );
  return withServer({ mode: 'search', repositories }, async (server) => {
    const mix = repeatedMix(server.queries);
    const repeated = await measureRoute(server, 'search, repeated queries', mix);
    const fresh = await measureRoute(server, 'search, every query new', freshQueries(server.queries));
    const paced = await pacedLatency({
      url: server.url,
      paths: mix,
      perSecond: repeated.perSecond / 2,
      seconds: SECONDS,
    });
    return { hello, fixed, repeated, fresh, paced };
  });
}

interface Server extends ServerReady {
  readonly child: ChildProcess;
}

async function withServer<T>(job: ServerJob, use: (server: Server) => Promise<T>): Promise<T> {
  const child = fork(new URL('./server-process.ts', import.meta.url), { execArgv: ['--max-old-space-size=6144'] });
  try {
    child.send(job);
    return await use({ ...(await nextMessage<ServerReady>(child)), child });
  } finally {
    child.disconnect();
    if (child.exitCode === null) await once(child, 'exit');
  }
}

/** Both ends are modules of this benchmark, which share the type. */
function nextMessage<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = (code: number) => reject(new Error(`a server process ended (${code})`));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message as T);
    });
  });
}

async function measureRoute(server: Server, name: string, paths: readonly string[]): Promise<RouteFigures> {
  const load = { url: server.url, paths, connections: CONNECTIONS };
  await requestsPerSecond({ ...load, paths: paths.slice(0, WARM_UP), seconds: 2 });
  const before = await cpuSecondsOf(server);
  const perSecond = await requestsPerSecond({ ...load, seconds: SECONDS });
  const spent = (await cpuSecondsOf(server)) - before;
  return { name, perSecond, cpuMicroseconds: (spent * 1e6) / (perSecond * SECONDS) };
}

async function cpuSecondsOf({ child }: Server): Promise<number> {
  child.send('cost');
  return (await nextMessage<ServerCost>(child)).cpuSeconds;
}

function pathOf(query: string): string {
  return `/v1/search?q=${encodeURIComponent(query)}&n=25`;
}

function repeatedMix(queries: readonly string[]): string[] {
  const random = createRandom(3);
  const shuffled = queries.map((query) => ({ query, at: random.next() })).sort((a, b) => a.at - b.at);
  const rank = zipf(random, shuffled.length, 1);
  return Array.from({ length: MIX }, () => pathOf(shuffled[rank()]?.query ?? ''));
}

/** The same kinds of queries, each made another one by excluding what is nowhere. */
function freshQueries(queries: readonly string[]): string[] {
  return Array.from({ length: FRESH }, (_, at) => pathOf(`${queries[(at * 31) % queries.length]} -zq${at}zq`));
}
