import type { Owner } from '../../index/marker.ts';

/** Cluster, namespace and name make the owner; the uid does not, so that the same resource applied again is the owner. */
export function sameOwner(one: Owner, other: Owner): boolean {
  return one.cluster === other.cluster && one.namespace === other.namespace && one.name === other.name;
}
