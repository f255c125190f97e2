import { isDeepStrictEqual } from 'node:util';
import { Agent, type buildConnector, type Dispatcher, ProxyAgent, Socks5ProxyAgent } from 'undici';

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
