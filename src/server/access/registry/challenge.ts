import type { Challenge } from '../../../http/challenge.ts';

/**
 * Of a token for the catalogue: clients that ask for one with a name get it for users that may list it; others need
 * none.
 */
const CATALOG_SCOPE = 'registry:catalog:*';

/**
 * The registry's challenge as we pass it on, for a request that came without a token or with one that does not suffice.
 */
export function printChallenge({ realm, service }: Extract<Challenge, { kind: 'bearer' }>, hadToken: boolean): string {
  const parameters = [
    `realm=${quote(realm)}`,
    ...(service === undefined ? [] : [`service=${quote(service)}`]),
    `scope=${quote(CATALOG_SCOPE)}`,
    ...(hadToken ? ['error="insufficient_scope"'] : []),
  ];
  return `Bearer ${parameters.join(',')}`;
}

function quote(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&').replace(/[^\x20-\x7e]/g, '')}"`;
}

/** Where the registry is, and where its tokens come from. */
export interface RegistryAddress {
  readonly url: string;
  /** In place of the realm that the registry names, which may not be reachable from here. */
  readonly tokenUrl: string | undefined;
}

/**
 * The URL that a password may be sent to for a token: the one that is configured, or the registry's realm if that is
 * https or on the registry's own host and no less secret than the registry. Undefined for any other, since an attacker
 * who answers for the registry could have passwords sent to themselves.
 */
export function tokenUrlOf({ url, tokenUrl }: RegistryAddress, realm: string): URL | undefined {
  if (tokenUrl !== undefined) return URL.parse(tokenUrl) ?? undefined;
  const target = URL.parse(realm);
  const registry = URL.parse(url);
  if (!target || !registry || target.username !== '' || target.password !== '') return undefined;
  if (target.protocol === 'https:') return target;
  const isOwn = target.hostname === registry.hostname && target.protocol === registry.protocol;
  return isOwn ? target : undefined;
}
