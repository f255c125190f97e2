/** Whose namespaces may use the operator's own credentials. */
export type AmbientCredentials = 'ReleaseNamespace' | 'All' | 'None';

/** What the one who installed the operator allows the ones who use it; given by the chart. */
export interface Policy {
  readonly ambientCredentials: AmbientCredentials;
  readonly releaseNamespace: string;
  /** URLs of S3- and DynamoDB-compatible services that may be asked. `*` alone allows all; within a URL it stands for a part of the host or port. */
  readonly allowedEndpoints: readonly string[];
}

export function allowsAmbient({ ambientCredentials, releaseNamespace }: Policy, namespace: string): boolean {
  if (ambientCredentials === 'All') return true;
  return ambientCredentials === 'ReleaseNamespace' && namespace === releaseNamespace;
}

export function allowsEndpoint({ allowedEndpoints }: Policy, endpoint: string): boolean {
  return allowedEndpoints.some((pattern) => pattern === '*' || matches(withoutSlash(pattern), withoutSlash(endpoint)));
}

/** What `*` stands for ends where a host does: `http://*.storage` must not match `http://evil.example/x.storage`. */
const WITHIN_HOST = '[^/\\\\?#@]*';

function matches(pattern: string, text: string): boolean {
  const expression = pattern.split('*').map(RegExp.escape).join(WITHIN_HOST);
  return new RegExp(`^${expression}$`).test(text);
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}
