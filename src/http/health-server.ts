import type { Registry } from 'prom-client';
import { createGuardedApp, type GuardedApp } from './guarded-app.ts';
import type { SocketLimits } from './socket-guard.ts';

export interface HealthServerDeps {
  readonly metricsRegistry: Registry;
  /** Whether this process should get requests now. */
  readonly isReady: () => boolean;
  /** Those that differ from the limits of this server. */
  readonly limits?: Partial<SocketLimits>;
}

/** The clients are a kubelet and some scrapers. */
const LIMITS: Partial<SocketLimits> = { connections: 64, untaken: 16, requestMs: 5_000 };

/** `/healthz` (the process lives), `/readyz` (it accepts work) and `/metrics` (Prometheus), on a port of their own. */
export function buildHealthServer({ metricsRegistry, isReady, limits }: HealthServerDeps): GuardedApp {
  const guarded = createGuardedApp({ limits: { ...LIMITS, ...limits } });
  const { app } = guarded;
  const figures = oneAtATime(() => metricsRegistry.metrics());
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const ready = isReady();
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready' });
  });
  app.get('/metrics', async (_request, reply) => reply.type(metricsRegistry.contentType).send(await figures()));
  return guarded;
}

/** Who asks while an answer is made waits for that one. */
function oneAtATime(make: () => Promise<string>): () => Promise<string> {
  let underWay: Promise<string> | undefined;
  return () => {
    underWay ??= make().finally(() => {
      underWay = undefined;
    });
    return underWay;
  };
}
