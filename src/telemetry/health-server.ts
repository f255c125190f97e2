import { type FastifyInstance, fastify } from 'fastify';
import type { Registry } from 'prom-client';

export interface HealthServerDeps {
  readonly registry: Registry;
  /** Whether requests should be sent here now. */
  readonly isReady: () => boolean;
}

/** `/healthz` (the process lives), `/readyz` (it may be sent work) and `/metrics` (Prometheus), on a port of their own. */
export function buildHealthServer({ registry, isReady }: HealthServerDeps): FastifyInstance {
  const app = fastify({ bodyLimit: 1, requestTimeout: 5_000 });
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const ready = isReady();
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready' });
  });
  app.get('/metrics', async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()));
  return app;
}
