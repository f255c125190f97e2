import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer } from 'node:https';
import { networkInterfaces } from 'node:os';
import { createAuthority } from '../../env/certificates.ts';
import { listen } from '../network/listen.ts';

export interface TlsFront {
  readonly host: string;
  readonly caFile: string;
  stop(): Promise<void>;
}

export interface FrontOptions {
  /** Of the search service: `/v1/`, `/api/` and `/v2/_catalog`. Asked at each request. */
  readonly search: () => string;
  /** Of the registry: everything else. */
  readonly registry: string;
  /** For the certificates. */
  readonly directory: string;
}

const TO_SEARCH = /^\/(?:v1\/|api\/|v2\/_catalog(?:\?|$))/;

/**
 * One host with TLS for a registry and its search service, divided as docs/install.md says, by a certificate of our
 * own.
 */
export async function startTlsFront({ search, registry, directory }: FrontOptions): Promise<TlsFront> {
  const address = ownAddress();
  const authority = await createAuthority(directory);
  const { certFile, keyFile } = await authority.issue({ name: 'front', alternativeNames: [`IP:${address}`] });
  const keys = { cert: await readFile(certFile), key: await readFile(keyFile) };
  const server = createServer(keys, (incoming, outgoing) => {
    const target = TO_SEARCH.test(incoming.url ?? '') ? search() : registry;
    const headers = { ...incoming.headers, 'x-forwarded-proto': 'https' };
    const passed = request(new URL(incoming.url ?? '/', target), { method: incoming.method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on('error', () => outgoing.writeHead(502).end());
    incoming.pipe(passed);
  });
  const port = await listen(server, address);
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { host: `${address}:${port}`, caFile: authority.certFile, stop };
}

/** No loopback: there docker and crane do not ask for a certificate that they trust. */
function ownAddress(): string {
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const found = own.find(({ family, internal }) => family === 'IPv4' && !internal);
  return found?.address ?? '127.0.0.1';
}
