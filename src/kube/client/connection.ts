import type { RequestOptions } from 'node:https';
import { isDeepStrictEqual } from 'node:util';
import { KubeConfig } from '@kubernetes/client-node';
import { Agent, type buildConnector, type Dispatcher, Socks5ProxyAgent } from 'undici';
import { throughProxy } from '../../network/dispatcher.ts';
import { proxiesFrom } from '../../network/proxy.ts';

/**
 * Loads `$KUBECONFIG`, else `~/.kube/config`, else the pod's service account. Throws if a named file cannot be read.
 */
export function loadKubeConfig(): KubeConfig {
  const config = new KubeConfig();
  config.loadFromDefault();
  return config;
}

/** How to reach the API server now, and with which credentials. */
export interface Access {
  readonly server: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly connection: Connection;
}

/** Asked for before every request: KubeConfig refreshes tokens, runs exec plugins and reads rotated files again. */
export async function accessOf(config: KubeConfig): Promise<Access> {
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new Error('The kubeconfig names no current cluster');
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  return {
    server: cluster.server.replace(/\/+$/, ''),
    headers: headersOf(options),
    connection: { tls: tlsOf(options), proxyUrl: cluster.proxyUrl ?? proxyFor(cluster.server) },
  };
}

/** As client-go: what the kubeconfig says wins over the environment. */
function proxyFor(server: string): string | undefined {
  return proxiesFrom(process.env)?.proxyFor(new URL(server))?.href;
}

function headersOf({ headers = {}, auth }: RequestOptions): Record<string, string> {
  const basic = auth ? { authorization: `Basic ${Buffer.from(auth).toString('base64')}` } : {};
  return { ...basic, ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])) };
}

/** Leaves out undefined options: an undefined `rejectUnauthorized` is not the default. */
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

/** Options of a connection to the API server; certificates and keys as bytes. */
export interface Connection {
  readonly tls: buildConnector.BuildOptions;
  readonly proxyUrl: string | undefined;
}

/** As client-go: below the 60 s after which cloud load balancers drop silent connections. */
const KEEP_ALIVE_DELAY_MS = 30_000;

/**
 * Reuses one dispatcher while certificates and proxy stay the same: client-node creates one, and so a TLS connection,
 * for every call. After a rotation the old dispatcher finishes its requests.
 */
export function reuseDispatcher(): (connection: Connection) => Dispatcher {
  let current: { readonly connection: Connection; readonly dispatcher: Dispatcher } | undefined;
  return (connection) => {
    if (current !== undefined && isDeepStrictEqual(current.connection, connection)) return current.dispatcher;
    current?.dispatcher.close().catch(() => undefined);
    current = { connection, dispatcher: createDispatcher(connection) };
    return current.dispatcher;
  };
}

/** HTTP/1.1 only: ending a silent watch then closes its connection, which may be dead. */
function createDispatcher({ tls, proxyUrl }: Connection): Dispatcher {
  const connect = { ...tls, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_DELAY_MS };
  if (proxyUrl === undefined) return new Agent({ connect, allowH2: false });
  if (proxyUrl.startsWith('socks')) return new Socks5ProxyAgent(proxyUrl, { requestTls: connect, allowH2: false });
  return throughProxy(new URL(proxyUrl), { connect, allowH2: false });
}
