import { hashOf } from '../api/names.ts';
import type { AssumedRole } from '../aws/credentials.ts';

export interface RoleUser {
  readonly cluster: string;
  readonly namespace: string;
  /** Of the RegistryIndex. */
  readonly name: string;
  readonly user: string;
}

/** Of AWS. */
const MAX_SESSION_NAME_LENGTH = 64;

/**
 * A role as it is assumed for one RegistryIndex. The external id says for which: it is never the user's to choose, so a
 * trust policy that asks for it keeps others who use the same operator, or another cluster, from the role.
 */
export function assumedRole(arn: string, { cluster, namespace, name, user }: RoleUser): AssumedRole {
  return {
    arn,
    externalId: `${cluster}/${namespace}/${name}`,
    sessionName: sessionName(`${user}@${namespace}.${name}`),
  };
}

/** As `search@team.my-registry`; one that is too long ends in a hash of the whole. Kubernetes' names hold nothing that AWS refuses. */
function sessionName(whole: string): string {
  if (whole.length <= MAX_SESSION_NAME_LENGTH) return whole;
  const end = `-${hashOf(whole)}`;
  return whole.slice(0, MAX_SESSION_NAME_LENGTH - end.length) + end;
}
