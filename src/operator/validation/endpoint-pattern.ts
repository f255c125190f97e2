/** An entry of `allowedEndpoints` other than `*` alone: a URL whose host, port and path may have `*` in them. */
export interface EndpointPattern {
  readonly protocol: string;
  readonly host: RegExp;
  readonly port: RegExp;
  readonly path: RegExp;
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };
const SHAPE = /^(https?:)\/\/(\[[^[\]]+\]|[^[\]:/?#@\\\s]+)(?::([\d*]+))?(\/[^?#\\\s]*)?$/i;

/**
 * Reads a pattern; undefined for what is none. `*` stands for a part of the host, of the port, or of one folder of the
 * path. At the end of a host it stays within a label or an address: `http://10.0.0.*` must not match
 * `http://10.0.0.1.evil.example`. A host of `*` alone is any host, and without a port any port.
 */
export function parseEndpointPattern(text: string): EndpointPattern | undefined {
  const [, scheme, host, port, path = ''] = SHAPE.exec(text) ?? [];
  if (scheme === undefined || host === undefined) return undefined;
  const protocol = scheme.toLowerCase();
  const openEnd = host.endsWith('*') ? '*' : DEFAULT_PORTS[protocol];
  return {
    protocol,
    host: hostExpression(canonicalHost(host)),
    port: glob(port ?? openEnd ?? '', '\\d*'),
    path: glob(withoutSlash(path), '[^/]*'),
  };
}

/** Compares the parts of a URL as it is sent, which may differ from its text: `http://0x7f.1` goes to 127.0.0.1. */
export function matchesEndpoint(pattern: EndpointPattern, url: URL): boolean {
  const { protocol, hostname, port, pathname } = url;
  return (
    pattern.protocol === protocol &&
    pattern.host.test(hostname) &&
    pattern.port.test(port || (DEFAULT_PORTS[protocol] ?? '')) &&
    pattern.path.test(withoutSlash(pathname))
  );
}

/** Reads an endpoint as people write it; undefined for anything but a URL of a host, a port and a path at most. */
export function parseEndpoint(text: string): URL | undefined {
  // URL.parse drops invisible characters and takes `\` for `/`, so people would read another host than the one asked.
  if (/[\s\\\p{Cc}\p{Cf}]/u.test(text)) return undefined;
  const url = /^https?:\/\/[^/]/i.test(text) ? URL.parse(text) : null;
  if (url === null || /[?#@]/.test(text) || url.hostname === '') return undefined;
  return url;
}

function hostExpression(host: string): RegExp {
  if (host === '*') return /^/;
  const [last = ''] = host.match(/\*$/) ?? [];
  const withinEnd = /^[\d.]*\*$/.test(host) ? '[\\d.]*' : '[^.]*';
  const start = globSource(host.slice(0, host.length - last.length), '.*');
  return new RegExp(`^${start}${last && withinEnd}$`);
}

/** As URLs spell it: lower case, punycode, and addresses in one form. */
function canonicalHost(host: string): string {
  return URL.parse(`http://${host}`)?.hostname ?? host.toLowerCase();
}

/** Fits the whole of a text; `star` is the expression that `*` stands for. */
export function glob(pattern: string, star: string): RegExp {
  return new RegExp(`^${globSource(pattern, star)}$`);
}

function globSource(pattern: string, star: string): string {
  return pattern.split('*').map(RegExp.escape).join(star);
}

function withoutSlash(path: string): string {
  return path.replace(/\/+$/, '');
}
