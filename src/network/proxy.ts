import { parseNoProxy } from './no-proxy.ts';

/** Which proxy a URL is asked through; undefined for none. */
export type ProxyFor = (url: URL) => URL | undefined;

/** The proxies that the environment names. */
export interface Proxies {
  readonly proxyFor: ProxyFor;
  /** The proxies as the agents of Node 24.5 and newer take it, which decide nothing themselves. */
  readonly proxyEnv: { readonly HTTP_PROXY?: string; readonly HTTPS_PROXY?: string };
}

/** A variable has a value that is not the URL of a proxy. The message does not quote it: it may hold a password. */
export class ProxyInvalid extends Error {
  override readonly name = 'ProxyInvalid';
}

/**
 * Reads HTTPS_PROXY, HTTP_PROXY and NO_PROXY; each in lower case wins over upper case, as in curl. Undefined where
 * there is no proxy. Throws ProxyInvalid.
 */
export function proxiesFrom(env: NodeJS.ProcessEnv): Proxies | undefined {
  const http = proxyIn(env, 'HTTP_PROXY');
  const https = proxyIn(env, 'HTTPS_PROXY');
  if (!http && !https) return undefined;
  const goesDirect = parseNoProxy(variableIn(env, 'NO_PROXY') ?? '');
  const proxyFor: ProxyFor = (url) => {
    const proxy = url.protocol === 'https:' ? https : http;
    return proxy && !goesDirect(url) ? proxy : undefined;
  };
  const proxyEnv = { ...(http ? { HTTP_PROXY: http.href } : {}), ...(https ? { HTTPS_PROXY: https.href } : {}) };
  return { proxyFor, proxyEnv };
}

function proxyIn(env: NodeJS.ProcessEnv, name: string): URL | undefined {
  const text = variableIn(env, name);
  if (text === undefined) return undefined;
  const full = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  if (url?.hostname && ['http:', 'https:'].includes(url.protocol)) return url;
  throw new ProxyInvalid(
    `${name} is not the http:// or https:// URL of a proxy, such as http://proxy.example.com:3128`,
  );
}

function variableIn(env: NodeJS.ProcessEnv, name: string): string | undefined {
  return env[name.toLowerCase()]?.trim() || env[name]?.trim() || undefined;
}
