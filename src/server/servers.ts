import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { ListenAddress } from '../http/guarded-app.ts';
import { buildHealthServer } from '../http/health-server.ts';
import { exposeSockets } from '../http/socket-metrics.ts';
import { buildSearchServer, type SearchServerDeps } from './app.ts';

export interface ServersDeps extends SearchServerDeps {
  readonly isReady: () => boolean;
  readonly listen: ListenAddress;
  /** Where health and metrics are served; nowhere when left out. */
  readonly healthListen?: ListenAddress;
  /** How long to go on answering while `/readyz` says no, until load balancers have noticed; 0 when left out. */
  readonly drainMs?: number;
}

export interface OpenServers {
  readonly url: string;
  readonly healthUrl: string | undefined;
  /** Waits for `stop`, then drains and closes; the health server closes last. */
  closeAfter(stop: AbortSignal): Promise<void>;
}

/** Requests that take longer are cut off. Kubernetes kills the process after 30 s. */
const CLOSE_GRACE_MS = 10_000;

/**
 * Opens the API and, where `healthListen` says so, health and metrics. Rejects when a port is taken, with nothing left
 * open.
 */
export async function openServers(deps: ServersDeps): Promise<OpenServers> {
  const { listen, healthListen, drainMs = 0 } = deps;
  const health = healthListen && buildHealthServer({ metricsRegistry: deps.metricsRegistry, isReady: deps.isReady });
  const { guard, listen: open, close } = buildSearchServer(deps);
  exposeSockets(deps.metricsRegistry, { api: guard, ...(health && { monitoring: health.guard }) });
  const healthUrl = healthListen && (await health?.listen(healthListen));
  const url = await open(listen).catch(async (error) => {
    await health?.close(0);
    throw error;
  });
  return {
    url,
    healthUrl,
    async closeAfter(stop) {
      if (!stop.aborted) await once(stop, 'abort');
      // A client that keeps its connection would be cut off at the end of this time, maybe in the middle of a request.
      guard.drain();
      await wait(drainMs);
      await close(CLOSE_GRACE_MS);
      await health?.close(0);
    },
  };
}
