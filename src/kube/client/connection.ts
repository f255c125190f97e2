import type { RequestOptions } from 'node:https';
import { isDeepStrictEqual } from 'node:util';
import { KubeConfig } from '@kubernetes/client-node';
import { Agent, type buildConnector, type Dispatcher, ProxyAgent, Socks5ProxyAgent } from 'undici';

/** `$KUBECONFIG`, else `~/.kube/config`, else the service account of the pod. Throws when a named file cannot be read. */
export function loadKubeConfig(): KubeConfig {
  const config = new KubeConfig();
  config.loadFromDefault();
  return config;
}

/** How to reach the API server right now, and as whom. */
export interface Access {
  readonly server: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly connection: Connection;
}

/** Asks KubeConfig for every request anew: it refreshes tokens, runs exec plugins and reads rotated files again. */
export async function accessOf(config: KubeConfig): Promise<Access> {
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new Error('The kubeconfig names no current cluster');
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  return {
    server: cluster.server.replace(/\/+$/, ''),
    headers: headersOf(options),
    connection: { tls: tlsOf(options), proxyUrl: cluster.proxyUrl },
  };
}

function headersOf({ headers = {}, auth }: RequestOptions): Record<string, string> {
  const basic = auth ? { authorization: `Basic ${Buffer.from(auth).toString('base64')}` } : {};
  return { ...basic, ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])) };
}

/** Only what is set: an undefined `rejectUnauthorized` would not mean the default. */
function tlsOf({ ca, cert, key, passphrase, rejectUnauthorized, servername }: RequestOptions): Connection['tls'] {
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
    ...(servername === undefined ? {} : { servername }),
  };
}

/** What a connection to the API server is made with; certificates and keys as bytes. */
export interface Connection {
  readonly tls: buildConnector.BuildOptions;
  readonly proxyUrl: string | undefined;
}

/** Below the 60 s after which load balancers of clouds drop silent connections; as client-go does. */
const KEEP_ALIVE_DELAY_MS = 30_000;

/**
 * Keeps one dispatcher for as long as certificates and proxy stay the same, where client-node makes a new one, and so a
 * new TLS connection, for every call. After a rotation the old one finishes what it has under way.
 */
export function keepDispatcher(): (connection: Connection) => Dispatcher {
  let kept: { readonly connection: Connection; readonly dispatcher: Dispatcher } | undefined;
  return (connection) => {
    if (kept !== undefined && isDeepStrictEqual(kept.connection, connection)) return kept.dispatcher;
    kept?.dispatcher.close().catch(() => undefined);
    kept = { connection, dispatcher: createDispatcher(connection) };
    return kept.dispatcher;
  };
}

/** HTTP/1.1 only: there a watch that fell silent is given up together with its own connection. */
function createDispatcher({ tls, proxyUrl }: Connection): Dispatcher {
  const connect = { ...tls, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_DELAY_MS };
  if (proxyUrl === undefined) return new Agent({ connect, allowH2: false });
  if (proxyUrl.startsWith('socks')) return new Socks5ProxyAgent(proxyUrl, { requestTls: connect, allowH2: false });
  return new ProxyAgent({ uri: proxyUrl, requestTls: connect, allowH2: false });
}
