import type { RegistryIndex } from '../api/registry-index.ts';
import { credentialsFrom, type ServiceCredentials } from '../aws/credentials.ts';
import { SECRET } from '../kube/resource.ts';
import type { Refusal } from './admit.ts';
import type { OperatorDeps } from './deps.ts';

const AMBIENT: ServiceCredentials = { dynamodb: undefined, s3: undefined };

/**
 * The credentials that the operator itself uses for this resource: those of the Secret it names, in its own namespace,
 * or the ambient ones (which `admit` has allowed). Secrets are read when needed and never kept.
 */
export async function readCredentials(
  { client }: Pick<OperatorDeps, 'client'>,
  { metadata, spec }: RegistryIndex,
  signal: AbortSignal,
): Promise<ServiceCredentials | Refusal> {
  if (!spec.credentials) return AMBIENT;
  const { name } = spec.credentials.secretRef;
  const secret = await client.get(SECRET, { namespace: metadata.namespace, name }, signal);
  if (!secret)
    return { reason: 'SecretNotFound', message: `Secret ${name} does not exist in namespace ${metadata.namespace}` };
  const credentials = credentialsFrom(decode(secret.data));
  if (credentials.dynamodb) return credentials;
  return {
    reason: 'SecretIncomplete',
    message: `Secret ${name} must hold AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY`,
  };
}

function decode(data: unknown): Record<string, string> {
  if (typeof data !== 'object' || data === null) return {};
  const entries = Object.entries(data).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return Object.fromEntries(entries.map(([key, value]) => [key, Buffer.from(value, 'base64').toString('utf8').trim()]));
}
