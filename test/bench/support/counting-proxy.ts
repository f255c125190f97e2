import { createServer, request } from 'node:http';
import { listen } from '../../support/network/listen.ts';

export interface CountingProxy {
  readonly endpoint: string;
  /** Requests so far. */
  count(): number;
  close(): void;
}

/**
 * Passes everything on to an HTTP server as it came, signatures included, and counts it, or only what `counts` says.
 */
export async function startCountingProxy(
  target: string,
  counts: (url: string) => boolean = () => true,
): Promise<CountingProxy> {
  const { hostname, port } = new URL(target);
  let count = 0;
  const server = createServer((incoming, outgoing) => {
    const { method, url, rawHeaders } = incoming;
    count += Number(counts(url ?? ''));
    const forwarded = request({ hostname, port, method, path: url, headers: pairs(rawHeaders), setHost: false });
    forwarded.once('response', (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(outgoing);
    });
    forwarded.once('error', () => outgoing.destroy());
    incoming.pipe(forwarded);
  });
  return {
    endpoint: `http://127.0.0.1:${await listen(server)}`,
    count: () => count,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function pairs(rawHeaders: readonly string[]): Record<string, string> {
  const names = rawHeaders.filter((_, at) => at % 2 === 0);
  return Object.fromEntries(names.map((name, at) => [name, rawHeaders[2 * at + 1] ?? '']));
}
