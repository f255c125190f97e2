import type { FastifyInstance } from 'fastify';
import { Counter, Histogram, type Registry } from 'prom-client';
import type { AnswerCacheDeps } from './answers/answer-cache.ts';

/** What one route has answered so far. */
interface RouteTally {
  /** By status code. */
  readonly answers: Map<number, number>;
  observe(seconds: number): void;
}

/** Counts and times every request of `app` by the pattern of its route, so that there are as many series as routes. */
export function measureRequests(app: FastifyInstance, registry: Registry): void {
  const tallies = new Map<string, RouteTally>();
  const durations = createDurations(registry);
  countRequests(tallies, registry);

  const add = (route: string) => {
    const { observe } = durations.labels(route);
    const tally: RouteTally = { answers: new Map(), observe };
    tallies.set(route, tally);
    return tally;
  };

  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    const { answers, observe } = tallies.get(route) ?? add(route);
    answers.set(reply.statusCode, (answers.get(reply.statusCode) ?? 0) + 1);
    observe(reply.elapsedTime / 1_000);
    done();
  });
}

/**
 * Series are made of the tallies when they are scraped: to look up a series for each request would be much of the cost
 * of a remembered answer.
 */
function countRequests(tallies: ReadonlyMap<string, RouteTally>, registry: Registry): void {
  new Counter({
    name: 'registry_index_search_requests_total',
    help: 'Requests answered, by route and status code',
    labelNames: ['route', 'code'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [route, { answers }] of tallies) {
        for (const [code, count] of answers) this.inc({ route, code }, count);
      }
    },
  });
}

function createDurations(registry: Registry) {
  return new Histogram({
    name: 'registry_index_search_request_duration_seconds',
    help: 'Time from a request to the end of its answer, by route',
    labelNames: ['route'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    registers: [registry],
  });
}

/** Counts answers by where they came from: hits and misses of the cache. */
export function countAnswers(registry: Registry): AnswerCacheDeps['onAnswer'] {
  const counts = { cache: 0, engine: 0 };
  new Counter({
    name: 'registry_index_search_answers_total',
    help: 'Searches answered from the cache of answers, and those worked out by the engine',
    labelNames: ['source'],
    registers: [registry],
    collect() {
      this.reset();
      this.inc({ source: 'cache' }, counts.cache);
      this.inc({ source: 'engine' }, counts.engine);
    },
  });
  return (source) => {
    counts[source] += 1;
  };
}
