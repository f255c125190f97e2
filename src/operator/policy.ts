/** Whose namespaces may use the operator's own credentials. */
export type AmbientCredentials = 'ReleaseNamespace' | 'All' | 'None';

/** What the one who installed the operator allows the ones who use it; given by the chart. */
export interface Policy {
  readonly ambientCredentials: AmbientCredentials;
  readonly releaseNamespace: string;
  /** URLs of S3- and DynamoDB-compatible services that may be asked; `*` stands for any characters. */
  readonly allowedEndpoints: readonly string[];
}

export function allowsAmbient({ ambientCredentials, releaseNamespace }: Policy, namespace: string): boolean {
  if (ambientCredentials === 'All') return true;
  return ambientCredentials === 'ReleaseNamespace' && namespace === releaseNamespace;
}

export function allowsEndpoint({ allowedEndpoints }: Policy, endpoint: string): boolean {
  return allowedEndpoints.some((pattern) => matches(pattern, endpoint));
}

function matches(pattern: string, text: string): boolean {
  const expression = pattern.split('*').map(RegExp.escape).join('.*');
  return new RegExp(`^${expression}$`).test(text);
}
