import type { FastifyInstance } from 'fastify';
import { Counter, Histogram, type Registry } from 'prom-client';

/** Counts and times every request of `app`, by its route's pattern, so that there are only as many series as routes. */
export function measureRequests(app: FastifyInstance, registry: Registry): void {
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
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    requests.inc({ route, code: reply.statusCode });
    durations.observe({ route }, reply.elapsedTime / 1_000);
  });
}
