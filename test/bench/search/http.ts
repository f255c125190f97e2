import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { type Distribution, medianOf } from '../support/distribution.ts';
import { requestsPerSecond } from '../support/wrk.ts';
import { pathOf, repeatedMix } from './mix.ts';
import { pacedLatency } from './pace.ts';
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
/** Routes take turns, for a machine may be twice as quick in one minute as in the next. */
export interface Turns {
  readonly rounds: number;
  readonly seconds: number;
}

const TURNS: Turns = { rounds: 5, seconds: 3 };
const WARM_UP_SECONDS = 2;
const PACED_SECONDS = 8;
/** More than are asked for in a round, so that each of them is new. */
const FRESH_A_ROUND = 40_000;

/** `/v1/search` of an engine of that size, with 100 updates a second, beside Fastify's hello-world and a fixed body. */
export async function measureHttp(repositories: number): Promise<HttpFigures> {
  await using hello = await startServer({ mode: 'hello', repositories });
  await using fixed = await startServer({ mode: 'fixed', repositories: 10_000 });
  await using search = await startServer({ mode: 'search', repositories });
  const mix = repeatedMix(search.queries);
  const repeating = await measureInTurns({
    hello: { name: 'hello-world', server: hello, paths: () => ['/'] },
    fixed: { name: 'the same 25 rows, fixed', server: fixed, paths: () => ['/'] },
    repeated: { name: 'search, repeated queries', server: search, paths: () => mix },
  });
  search.child.send('update');
  const perSecond = repeating.repeated.perSecond / 2;
  const paced = await pacedLatency({ url: search.url, paths: mix, perSecond, seconds: PACED_SECONDS });
  // Last, for they push out of the server's memory what is repeated.
  const { fresh } = await measureInTurns({
    fresh: {
      name: 'search, every query new',
      server: search,
      paths: (round) => freshQueries(search.queries, round * FRESH_A_ROUND),
    },
  });
  return { ...repeating, fresh, paced };
}

export interface Server extends ServerReady, AsyncDisposable {
  readonly child: ChildProcess;
}

export async function startServer(job: ServerJob): Promise<Server> {
  const child = fork(new URL('./server-process.ts', import.meta.url), { execArgv: ['--max-old-space-size=6144'] });
  child.send(job);
  return {
    ...(await nextMessage<ServerReady>(child)),
    child,
    async [Symbol.asyncDispose]() {
      child.disconnect();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
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

export interface Route {
  readonly name: string;
  readonly server: Server;
  /** Of each request, beside those that every client sends. */
  readonly headers?: Readonly<Record<string, string>>;
  /** By the number of the round; 0 is for warming up. */
  readonly paths: (round: number) => readonly string[];
}

/** The median of several rounds of each route. */
export async function measureInTurns<Name extends string>(
  routes: Readonly<Record<Name, Route>>,
  { rounds: count, seconds }: Turns = TURNS,
): Promise<Record<Name, RouteFigures>> {
  const all = Object.entries<Route>(routes).map(([name, route]) => ({ name, route, rounds: [] as RouteFigures[] }));
  for (const { route } of all) await measureRound(route, 0, WARM_UP_SECONDS);
  for (let round = 1; round <= count; round += 1) {
    for (const { route, rounds } of all) rounds.push(await measureRound(route, round, seconds));
  }
  const medians = all.map(({ name, rounds }) => [name, medianOf(rounds, ({ perSecond }) => perSecond)]);
  return Object.fromEntries(medians) as Record<Name, RouteFigures>;
}

/** Servers of searches are written to while they are measured, and only then. */
async function measureRound(route: Route, round: number, seconds: number): Promise<RouteFigures> {
  const { name, server, paths, headers } = route;
  const { url, child } = server;
  child.send('update');
  const before = await cpuSecondsOf(server);
  const load = { url, paths: paths(round), connections: CONNECTIONS, seconds, headers };
  const perSecond = await requestsPerSecond(load);
  const spent = (await cpuSecondsOf(server)) - before;
  child.send('rest');
  return { name, perSecond, cpuMicroseconds: (spent * 1e6) / (perSecond * seconds) };
}

async function cpuSecondsOf({ child }: Server): Promise<number> {
  child.send('cost');
  return (await nextMessage<ServerCost>(child)).cpuSeconds;
}

/** The same kinds of queries, each made another one by excluding what is nowhere. */
function freshQueries(queries: readonly string[], from: number): string[] {
  return Array.from({ length: FRESH_A_ROUND }, (_, at) => {
    const number = from + at;
    return pathOf(`${queries[(number * 31) % queries.length]} -zq${number}zq`);
  });
}
