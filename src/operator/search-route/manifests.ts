import type { RegistryIndexSpec } from '../../api/generated.ts';
import type { RegistryIndex } from '../../api/registry-index.ts';
import { apiVersionOf, HTTP_ROUTE, INGRESS, type KubeObject } from '../../kube/resource.ts';
import { childMetadata } from '../kube-objects/children.ts';
import { SEARCH_PORT } from '../search-service/manifests.ts';

type Search = NonNullable<RegistryIndexSpec['search']>;

/** A way to search from outside the cluster. */
export interface SearchRoute {
  readonly field: 'search.ingress' | 'search.httpRoute';
  readonly type: typeof INGRESS | typeof HTTP_ROUTE;
  /** Undefined where the resource asks for none. */
  readonly host: string | undefined;
  readonly manifest: (host: string) => KubeObject;
}

export function searchRoutes(index: RegistryIndex): readonly SearchRoute[] {
  const { ingress, httpRoute } = index.spec.search ?? {};
  return [
    {
      field: 'search.ingress',
      type: INGRESS,
      host: ingress?.host,
      manifest: (host) => searchIngress(index, host, ingress),
    },
    {
      field: 'search.httpRoute',
      type: HTTP_ROUTE,
      host: httpRoute?.host,
      manifest: (host) => searchHttpRoute(index, host, httpRoute),
    },
  ];
}

function searchIngress(index: RegistryIndex, host: string, ingress: Search['ingress']): KubeObject {
  const metadata = childMetadata(index, 'search');
  const service = { name: metadata.name, port: { number: SEARCH_PORT } };
  const paths = searchPaths(host, index.spec.registry?.url).map(({ path, exact }) => {
    return { path, pathType: exact ? 'Exact' : 'Prefix', backend: { service } };
  });
  const { className, tlsSecretName } = ingress ?? {};
  return {
    apiVersion: apiVersionOf(INGRESS),
    kind: INGRESS.kind,
    metadata,
    spec: {
      ...(className === undefined ? {} : { ingressClassName: className }),
      ...(tlsSecretName === undefined ? {} : { tls: [{ hosts: [host], secretName: tlsSecretName }] }),
      rules: [{ host, http: { paths } }],
    },
  };
}

function searchHttpRoute(index: RegistryIndex, host: string, httpRoute: Search['httpRoute']): KubeObject {
  const metadata = childMetadata(index, 'search');
  const matches = searchPaths(host, index.spec.registry?.url).map(({ path, exact }) => {
    return { path: { type: exact ? 'Exact' : 'PathPrefix', value: path } };
  });
  return {
    apiVersion: apiVersionOf(HTTP_ROUTE),
    kind: HTTP_ROUTE.kind,
    metadata,
    spec: {
      parentRefs: httpRoute?.parentRefs ?? [],
      hostnames: [host],
      rules: [{ matches, backendRefs: [{ name: metadata.name, port: SEARCH_PORT }] }],
    },
  };
}

/** A path that search answers below, as an Ingress and an HTTPRoute name it. */
interface SearchPath {
  readonly path: string;
  readonly exact: boolean;
}

const ALL: readonly SearchPath[] = [{ path: '/', exact: false }];

/**
 * What a distribution registry, which answers at `/v2/`, and what people put beside it leave free. The page's first
 * view needs a host of its own, because `/` is the registry's.
 */
const BESIDE_A_REGISTRY: readonly SearchPath[] = [
  { path: '/v1', exact: false },
  { path: '/v2/_catalog', exact: true },
  ...['/api', '/r', '/d', '/helm', '/assets'].map((path) => ({ path, exact: false })),
  ...['/login', '/theme'].map((path) => ({ path, exact: true })),
];

/** The paths of search on a host: those that the registry does not use on its own host, and all on another. */
function searchPaths(host: string, registryUrl: string | undefined): readonly SearchPath[] {
  const registryHost = registryUrl === undefined ? undefined : URL.parse(registryUrl)?.hostname;
  return host.toLowerCase() === registryHost ? BESIDE_A_REGISTRY : ALL;
}
