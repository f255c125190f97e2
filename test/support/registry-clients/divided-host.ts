import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { networkInterfaces } from 'node:os';
import { createAuthority } from '../../env/certificates.ts';
import { listen } from '../network/listen.ts';
import { startTlsFront } from '../network/tls-front.ts';

export interface DividedHost {
  readonly host: string;
  readonly caFile: string;
  stop(): Promise<void>;
}

export interface DividedHostOptions {
  /** Of the search service: `/v1/`, `/api/` and `/v2/_catalog`. Asked at each request. */
  readonly search: () => string;
  /** Of the registry: everything else. */
  readonly registry: () => string;
  /** Of a token server: `/token`. */
  readonly tokens?: string | undefined;
  /** For the certificates. */
  readonly directory: string;
}

const TO_SEARCH = /^\/(?:v1\/|api\/|v2\/_catalog(?:\?|$))/;
const TO_TOKENS = /^\/token(?:\?|$)/;

/**
 * One host with TLS for a registry and its search service, divided as docs/install.md says, by a certificate of our
 * own.
 */
export async function startDividedHost(options: DividedHostOptions): Promise<DividedHost> {
  const address = ownAddress();
  const authority = await createAuthority(options.directory);
  const certificate = await authority.issue({ name: 'front', alternativeNames: [`IP:${address}`] });
  const server = createServer((incoming, outgoing) => pass(incoming, outgoing, targetOf(incoming.url ?? '', options)));
  const front = await startTlsFront(`http://127.0.0.1:${await listen(server)}`, address, certificate);
  return {
    host: new URL(front.endpoint).host,
    caFile: authority.certFile,
    async stop() {
      await front.stop();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

function targetOf(url: string, { search, registry, tokens }: DividedHostOptions): string {
  if (tokens !== undefined && TO_TOKENS.test(url)) return tokens;
  return TO_SEARCH.test(url) ? search() : registry();
}

function pass(incoming: IncomingMessage, outgoing: ServerResponse, target: string): void {
  const headers = { ...incoming.headers, 'x-forwarded-proto': 'https' };
  const passed = request(new URL(incoming.url ?? '/', target), { method: incoming.method, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  passed.on('error', () => outgoing.writeHead(502).end());
  incoming.pipe(passed);
}

/** No loopback: there docker and crane do not ask for a certificate that they trust. */
function ownAddress(): string {
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const found = own.find(({ family, internal }) => family === 'IPv4' && !internal);
  return found?.address ?? '127.0.0.1';
}
