import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { Cluster } from '../../env/cluster.ts';
import { reachService, type ServiceAddress, type ServiceName } from '../../env/service-address.ts';
import { listen } from '../network/listen.ts';

/** An address of this machine that leads to a Service, also to one that is made later or made again. */
export interface ServiceRelay {
  readonly url: string;
  stop(): Promise<void>;
}

const LOOK_EVERY_MS = 2_000;

/**
 * Until there is such a Service it answers that all is well: what was pushed before there is an index is found by its
 * backfill, and would keep later events waiting. From then on, what cannot be passed on is to be sent again.
 */
export async function startServiceRelay(cluster: Cluster, service: ServiceName): Promise<ServiceRelay> {
  let found: Promise<ServiceAddress> | undefined;
  let lookedAtMs = Number.NEGATIVE_INFINITY;
  let wasThere = false;

  const look = async () => {
    const isDue = performance.now() - lookedAtMs >= LOOK_EVERY_MS;
    if (isDue) lookedAtMs = performance.now();
    if (isDue) found ??= reachService(cluster, service);
    const looking = found;
    return looking?.catch(() => {
      if (found === looking) found = undefined;
      return undefined;
    });
  };

  const forget = async () => {
    const before = found;
    found = undefined;
    await before?.then(({ stop }) => stop()).catch(() => undefined);
  };

  const forward = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const place = await look();
    if (!place) return void (wasThere ? outgoing.destroy() : outgoing.end());
    wasThere = true;
    const { address } = place;
    const { method = 'GET', url = '/', headers } = incoming;
    const onward = request(`http://${address}${url}`, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502);
      answer.pipe(outgoing);
    });
    onward.on('error', () => {
      outgoing.destroy();
      void forget();
    });
    incoming.pipe(onward);
  };

  const server = createServer((incoming, outgoing) => {
    forward(incoming, outgoing).catch(() => outgoing.destroy());
  });
  return {
    url: `http://127.0.0.1:${await listen(server)}`,
    async stop() {
      server.closeAllConnections();
      server.close();
      await forget();
    },
  };
}
