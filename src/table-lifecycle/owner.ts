import type { SaidClaim } from '../dynamodb/state/claim.ts';
import type { Owner } from '../dynamodb/state/marker.ts';
import { visible } from '../telemetry/foreign-words.ts';

/** Cluster, namespace and name make the owner; the uid does not, so that the same resource applied again is the owner. */
export function sameOwner(one: Owner, other: Owner): boolean {
  return one.cluster === other.cluster && one.namespace === other.namespace && one.name === other.name;
}

/** Longer than a name of Kubernetes or of a table can be. */
const MAX_NAME_LENGTH = 256;

/** An owner in words for people: a table says what somebody has written there. */
export function describeOwner({ cluster, namespace, name, versionTable }: SaidClaim): string {
  const shown = (text = '?') => visible(text, MAX_NAME_LENGTH);
  const owner = `RegistryIndex ${shown(namespace)}/${shown(name)} of cluster ${shown(cluster)}`;
  return versionTable === undefined ? owner : `${owner} with version table ${shown(versionTable)}`;
}
