import type { FastifyInstance } from 'fastify';
import { Counter, Histogram, type Registry } from 'prom-client';

/** Notes one request of a route; the labels are looked up once, because that costs more than the noting. */
type Note = (seconds: number) => void;

/** Counts and times every request of `app`, by its route's pattern, so that there are only as many series as routes. */
export function measureRequests(app: FastifyInstance, registry: Registry): void {
  const noteFor = createNotes(registry);
  const notes = new Map<string, Note>();
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    const key = `${reply.statusCode} ${route}`;
    const note = notes.get(key) ?? noteFor(route, reply.statusCode);
    notes.set(key, note);
    note(reply.elapsedTime / 1_000);
    done();
  });
}

function createNotes(registry: Registry): (route: string, code: number) => Note {
  const registers = [registry];
  const requests = new Counter({
    name: 'registry_index_search_requests_total',
    help: 'Requests answered, by route and status code',
    labelNames: ['route', 'code'],
    registers,
  });
  const durations = new Histogram({
    name: 'registry_index_search_request_duration_seconds',
    help: 'Time from a request to the end of its answer, by route',
    labelNames: ['route'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    registers,
  });
  return (route, code) => {
    const count = requests.labels(route, String(code));
    const duration = durations.labels(route);
    return (seconds) => {
      count.inc();
      duration.observe(seconds);
    };
  };
}
