/** Where the registry is, and its tokens, where that is not for the registry to say. */
export interface RegistryAddress {
  readonly url: string;
  /** In place of the realm that the registry names, which may not be reachable from here. */
  readonly tokenUrl: string | undefined;
}

/**
 * The URL that a password may be sent to for a token: the one that is configured, or the registry's realm if that is
 * https or on the registry's own host and no less secret than the registry. Undefined for any other, since whoever can
 * answer for the registry could have passwords sent to themselves.
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
