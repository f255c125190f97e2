/** A path that search answers below, as an Ingress and an HTTPRoute name it. */
export interface SearchPath {
  readonly path: string;
  readonly exact: boolean;
}

const ALL: readonly SearchPath[] = [{ path: '/', exact: false }];

/**
 * What a distribution registry, which answers at `/v2/`, and what people put beside it leave free. The page's first view
 * needs a host of its own, because `/` is the registry's.
 */
const BESIDE_A_REGISTRY: readonly SearchPath[] = [
  { path: '/v1', exact: false },
  { path: '/v2/_catalog', exact: true },
  ...['/api', '/r', '/d', '/helm', '/assets'].map((path) => ({ path, exact: false })),
  ...['/login', '/theme'].map((path) => ({ path, exact: true })),
];

/** The paths of search on a host: those that the registry does not use on its own host, and all on another. */
export function searchPaths(host: string, registryUrl: string | undefined): readonly SearchPath[] {
  const registryHost = registryUrl === undefined ? undefined : URL.parse(registryUrl)?.hostname;
  return host.toLowerCase() === registryHost ? BESIDE_A_REGISTRY : ALL;
}
