/** How a registry wants to be asked: the `WWW-Authenticate` of a 401. */
export type Challenge =
  | { readonly kind: 'basic' }
  | { readonly kind: 'bearer'; readonly realm: URL; readonly service: string | undefined; readonly scope: string }
  | { readonly kind: 'unknown' };

/**
 * Reads a challenge, after the token specification of distribution. `scope` is what is asked for where the registry names
 * none. A token server may be at plain HTTP only if the registry is.
 */
export function readChallenge(header: string, { registry, scope }: { registry: URL; scope: string }): Challenge {
  const [, scheme = '', rest = ''] = /^\s*(\S+)\s*(.*)$/.exec(header) ?? [];
  if (scheme.toLowerCase() === 'basic') return { kind: 'basic' };
  if (scheme.toLowerCase() !== 'bearer') return { kind: 'unknown' };
  const parameters = new Map([...rest.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));
  const realm = URL.parse(parameters.get('realm') ?? '');
  const isSafe = realm?.protocol === 'https:' || (realm?.protocol === 'http:' && registry.protocol === 'http:');
  if (!realm || !isSafe) return { kind: 'unknown' };
  return { kind: 'bearer', realm, service: parameters.get('service'), scope: parameters.get('scope') || scope };
}
