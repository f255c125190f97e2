import { Agent, type Dispatcher, Pool, ProxyAgent } from 'undici';
import { proxiesFrom } from './proxy.ts';

/** Options of undici's Agent, of which `connect` is about the host that is asked, and not about a proxy. */
export type DispatcherOptions = Omit<Agent.Options, 'factory' | 'connect'> & { readonly connect?: ConnectOptions };

type ConnectOptions = Exclude<Agent.Options['connect'], ((...args: never[]) => unknown) | undefined>;

/** A proxy answers in place of the host that is asked. */
export class ProxyRefusal extends Error {
  override readonly name = 'ProxyRefusal';
}

/**
 * The same error, or a ProxyRefusal where it is one. Of a 407, and of a tunnel that is not made, undici says so only in
 * the message.
 */
export function refusedByProxy(error: unknown): unknown {
  if (!(error instanceof Error && /^Proxy (?:Authentication Required|response \(\d+\))/.test(error.message)))
    return error;
  return new ProxyRefusal('the proxy refuses', { cause: error });
}

/** Sends requests as undici does, each through the proxy that the environment names for it. */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const proxies = proxiesFrom(process.env);
  if (!proxies) return new Agent(options);
  return new Agent({
    ...options,
    factory(origin) {
      const proxy = proxies.proxyFor(new URL(origin));
      return proxy ? throughProxy(proxy, options) : new Pool(origin, options);
    },
  });
}

/**
 * Requests to `https:` go through a tunnel; those to `http:` are given to the proxy as they are, because many proxies
 * make tunnels to port 443 alone.
 */
export function throughProxy(proxy: URL, options: DispatcherOptions): Dispatcher {
  const { connect = {}, ...rest } = options;
  return new ProxyAgent({
    ...rest,
    uri: proxy.href,
    proxyTunnel: false,
    requestTls: connect,
    ...(connect.timeout === undefined || connect.timeout === null ? {} : { connectTimeout: connect.timeout }),
    factory: (origin, given) => new Pool(origin, { ...rest, ...given }),
  });
}
