import type { Problem } from '../api/conditions.ts';
import type { RegistryIndex } from '../api/registry-index.ts';
import { CREDENTIAL_VARIABLES, credentialsFrom, type ServiceCredentials } from '../aws/credentials.ts';
import type { OperatorDeps } from './context.ts';
import type { PodSecrets, PodUser, SecretEntries } from './kube-objects/pod-secrets.ts';
import { readSecret } from './secrets.ts';

/** The credentials of a resource; undefined stands for ambient ones, which `validate` has allowed. */
export interface Credentials {
  /** The operator's own requests are signed with these. */
  readonly operator: ServiceCredentials['dynamodb'];
  readonly pods: PodSecrets;
}

type User = 'operator' | PodUser;

/** A user of credentials, the Secret that they come from, and the field that names it. */
interface Use {
  readonly user: User;
  readonly field: string;
  readonly name: string;
}

/** Checked, because a pod that finds nothing in its Secret silently uses the credentials of its node. */
const NEEDS: Readonly<Record<User, readonly (keyof ServiceCredentials)[]>> = {
  operator: ['dynamodb'],
  backfill: ['dynamodb', 's3'],
  indexer: ['dynamodb', 's3'],
  search: ['dynamodb'],
};

/**
 * Reads every Secret that the resource uses, each once, from its own namespace. Gives a Problem if one of them is
 * missing or incomplete.
 */
export async function readCredentials(
  deps: Pick<OperatorDeps, 'client' | 'state' | 'now'>,
  index: RegistryIndex,
  signal: AbortSignal,
): Promise<Credentials | Problem> {
  const { namespace } = index.metadata;
  const uses = usesOf(index);
  const names = [...new Set(uses.map(({ name }) => name))];
  const read = names.map(
    async (name) => [name, await readSecret(deps, index, { name, keys: CREDENTIAL_VARIABLES }, signal)] as const,
  );
  const secrets = new Map(await Promise.all(read));
  const problems = uses.flatMap((use) => problemOf(use, secrets.get(use.name), namespace) ?? []);
  return problems[0] ?? credentialsOf(uses, secrets);
}

/** A resource that is being deleted starts no pods. */
function usesOf({ metadata, spec }: RegistryIndex): Use[] {
  const pods: readonly User[] = ['backfill', 'search', ...(spec.notifications ? (['indexer'] as const) : [])];
  const users: readonly User[] = metadata.deletionTimestamp ? ['operator'] : ['operator', ...pods];
  return users.flatMap((user) => {
    const own = user === 'operator' ? undefined : spec[user]?.credentials;
    const name = (own ?? spec.credentials)?.secretRef.name;
    return name === undefined ? [] : [{ user, field: own ? `${user}.credentials` : 'credentials', name }];
  });
}

function problemOf(
  { user, field, name }: Use,
  secret: SecretEntries | undefined,
  namespace: string,
): Problem | undefined {
  const what = `Secret ${name}, which ${field} names,`;
  if (!secret) return { reason: 'SecretNotFound', message: `${what} does not exist in namespace ${namespace}` };
  const held = credentialsFrom(secret.entries);
  if (NEEDS[user].every((service) => held[service])) return undefined;
  return { reason: 'SecretIncomplete', message: `${what} must hold AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY` };
}

function credentialsOf(uses: readonly Use[], secrets: ReadonlyMap<string, SecretEntries | undefined>): Credentials {
  const secretOf = (user: User) => secrets.get(uses.find((use) => use.user === user)?.name ?? '');
  const own = secretOf('operator');
  return {
    operator: own && credentialsFrom(own.entries).dynamodb,
    pods: { backfill: secretOf('backfill'), indexer: secretOf('indexer'), search: secretOf('search') },
  };
}
