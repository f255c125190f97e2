import type { Problem } from '../api/conditions.ts';
import { hashOf } from '../api/names.ts';
import type { RegistryIndex } from '../api/registry-index.ts';
import {
  type AssumedRole,
  assumedWith,
  CREDENTIAL_VARIABLES,
  keysFrom,
  type ServiceCredentials,
  type ServiceKeys,
} from '../aws/credentials.ts';
import type { OperatorDeps } from './context.ts';
import type { PodComponent, PodRoles, PodSecrets, SecretEntries } from './kube-objects/pod-secrets.ts';
import { readSecret } from './secrets.ts';

/** The credentials of a resource; undefined stands for ambient ones, which `validate` has allowed. */
export interface Credentials {
  /** The operator's own requests are signed with these. */
  readonly operator: ServiceCredentials['dynamodb'];
  readonly pods: PodSecrets;
  readonly podRoles: PodRoles;
}

type AnyComponent = 'operator' | PodComponent;

/**
 * The Secret that the credentials of a component come from, the role that it assumes, and the field that names both.
 */
interface Use {
  readonly component: AnyComponent;
  readonly field: string;
  readonly secret: string | undefined;
  readonly role: string | undefined;
}

/** Checked, because a pod that finds nothing in its Secret silently uses the credentials of its node. */
const NEEDS: Readonly<Record<AnyComponent, readonly (keyof ServiceKeys)[]>> = {
  operator: ['dynamodb'],
  backfill: ['dynamodb', 's3'],
  indexer: ['dynamodb', 's3'],
  search: ['dynamodb'],
};

/**
 * Reads every Secret that the resource uses, each once, from its own namespace. Returns a Problem if one of them is
 * missing or incomplete.
 */
export async function readCredentials(
  deps: Pick<OperatorDeps, 'client' | 'state' | 'now' | 'cluster'>,
  index: RegistryIndex,
  signal: AbortSignal,
): Promise<Credentials | Problem> {
  const { namespace } = index.metadata;
  const uses = usesOf(index);
  const names = [...new Set(uses.flatMap(({ secret }) => secret ?? []))];
  const read = names.map(
    async (name) => [name, await readSecret(deps, index, { name, keys: CREDENTIAL_VARIABLES }, signal)] as const,
  );
  const secrets = new Map(await Promise.all(read));
  const problems = uses.flatMap((use) => problemOf(use, secrets, namespace) ?? []);
  return problems[0] ?? credentialsOf(deps.cluster, index, { uses, secrets });
}

/** A resource that is being deleted starts no pods. */
function usesOf({ metadata, spec }: RegistryIndex): Use[] {
  const pods: readonly AnyComponent[] = ['backfill', 'search', ...(spec.notifications ? (['indexer'] as const) : [])];
  const components: readonly AnyComponent[] = metadata.deletionTimestamp ? ['operator'] : ['operator', ...pods];
  return components.map((component) => {
    const own = component === 'operator' ? undefined : spec[component]?.credentials;
    const { secretRef, roleArn } = own ?? spec.credentials ?? {};
    return {
      component,
      field: own ? `${component}.credentials` : 'credentials',
      secret: secretRef?.name,
      role: roleArn,
    };
  });
}

function problemOf(
  { component, field, secret: name }: Use,
  secrets: ReadonlyMap<string, SecretEntries | undefined>,
  namespace: string,
): Problem | undefined {
  if (name === undefined) return undefined;
  const secret = secrets.get(name);
  const what = `Secret ${name}, which ${field} names,`;
  if (!secret) return { reason: 'SecretNotFound', message: `${what} does not exist in namespace ${namespace}` };
  const held = keysFrom(secret.entries);
  if (NEEDS[component].every((service) => held[service])) return undefined;
  return { reason: 'SecretIncomplete', message: `${what} must hold AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY` };
}

interface Found {
  readonly uses: readonly Use[];
  readonly secrets: ReadonlyMap<string, SecretEntries | undefined>;
}

function credentialsOf(cluster: string, { metadata }: RegistryIndex, { uses, secrets }: Found): Credentials {
  const useOf = (component: AnyComponent) => uses.find((use) => use.component === component);
  const secretOf = (component: AnyComponent) => secrets.get(useOf(component)?.secret ?? '');
  const roleOf = (component: AnyComponent): AssumedRole | undefined => {
    const arn = useOf(component)?.role;
    return arn === undefined ? undefined : assumedRole(arn, { ...metadata, cluster, component });
  };
  const own = secretOf('operator');
  return {
    operator: assumedWith(own && keysFrom(own.entries).dynamodb, roleOf('operator')),
    pods: { backfill: secretOf('backfill'), indexer: secretOf('indexer'), search: secretOf('search') },
    podRoles: { backfill: roleOf('backfill'), indexer: roleOf('indexer'), search: roleOf('search') },
  };
}

export interface RoleUse {
  readonly cluster: string;
  readonly namespace: string;
  /** Of the RegistryIndex. */
  readonly name: string;
  readonly component: string;
}

/** The limit of AWS. */
const MAX_SESSION_NAME_LENGTH = 64;

/**
 * A role as it is assumed for one RegistryIndex. The external id says for which: it is never the user's to choose, so a
 * trust policy that asks for it keeps others who use the same operator, or another cluster, from the role.
 */
export function assumedRole(arn: string, { cluster, namespace, name, component }: RoleUse): AssumedRole {
  return {
    arn,
    externalId: `${cluster}/${namespace}/${name}`,
    sessionName: sessionName(`${component}@${namespace}.${name}`),
  };
}

/**
 * As `search@team.my-registry`; one that is too long ends in a hash of the whole. Kubernetes' names hold nothing that
 * AWS refuses.
 */
function sessionName(whole: string): string {
  if (whole.length <= MAX_SESSION_NAME_LENGTH) return whole;
  const end = `-${hashOf(whole)}`;
  return whole.slice(0, MAX_SESSION_NAME_LENGTH - end.length) + end;
}
