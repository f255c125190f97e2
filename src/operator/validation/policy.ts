import type { ByNamespace } from './by-namespace.ts';
import { matchesEndpoint, parseEndpoint, parseEndpointPattern } from './endpoint-pattern.ts';
import type { Limits } from './limits.ts';

/** The namespaces that may use the operator's own credentials. */
export type AmbientCredentials = 'ReleaseNamespace' | 'All' | 'None';

/** What the installation of the operator allows its users; given by the chart. */
export interface Policy {
  readonly ambientCredentials: AmbientCredentials;
  readonly releaseNamespace: string;
  /** URLs of S3- and DynamoDB-compatible services that may be asked. `*` alone allows all; see EndpointPattern. */
  readonly allowedEndpoints: readonly string[];
  /** Hosts at which search may answer from outside the cluster; none when left out. */
  readonly allowedHosts?: ByNamespace;
  /** ARNs of roles that may be assumed for a namespace, with `*` for parts; none when left out. */
  readonly allowedRoles?: ByNamespace;
  /** Those that differ from DEFAULT_LIMITS. */
  readonly limits?: Limits;
}

export function allowsAmbient({ ambientCredentials, releaseNamespace }: Policy, namespace: string): boolean {
  if (ambientCredentials === 'All') return true;
  return ambientCredentials === 'ReleaseNamespace' && namespace === releaseNamespace;
}

export function allowsEndpoint({ allowedEndpoints }: Policy, endpoint: string): boolean {
  const url = parseEndpoint(endpoint);
  return url !== undefined && allowedEndpoints.some((text) => text === '*' || allowsUrl(text, url));
}

function allowsUrl(text: string, url: URL): boolean {
  const pattern = parseEndpointPattern(text);
  return pattern !== undefined && matchesEndpoint(pattern, url);
}
