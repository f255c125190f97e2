import { isObjectName, type ObjectKey, parseKey } from '../../kube/resource.ts';

/** What a release may do with a resource. */
export type ReleaseStep =
  | { readonly do: 'reconcile' }
  /** Nobody's, or of a release that is gone: it is claimed before anything else is done about it. */
  | { readonly do: 'claim' }
  /** Another release's, which is there as long as its Lease is renewed. */
  | { readonly do: 'ask'; readonly lease: ObjectKey };

/** `claimed` is the release that the status names, as `namespace/name of its Lease`. */
export function decideRelease(claimed: string | undefined, own: string): ReleaseStep {
  if (claimed === own) return { do: 'reconcile' };
  const lease = claimed === undefined ? undefined : leaseOf(claimed);
  return lease ? { do: 'ask', lease } : { do: 'claim' };
}

/** Undefined if no release has such a name, whoever wrote it. */
function leaseOf(release: string): ObjectKey | undefined {
  if (!release.includes('/')) return undefined;
  const lease = parseKey(release);
  return isObjectName(lease.namespace) && isObjectName(lease.name) ? lease : undefined;
}
