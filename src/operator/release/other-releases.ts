import type { KubeClient } from '../../kube/client/client.ts';
import { readLease } from '../../kube/lease/lease-record.ts';
import { keyText, LEASE, type ObjectKey } from '../../kube/resource.ts';
import { hasReason } from '../../kube/status-error.ts';

/** Whether other releases in this cluster are still there. */
export interface OtherReleases {
  isThere(lease: ObjectKey, signal: AbortSignal): Promise<boolean>;
}

/** A release renews its Lease every four seconds; an upgrade or a lost node leaves a gap that is far shorter. */
const GONE_MS = 2 * 60_000;
/** All resources of a release share one look. */
const LOOK_MS = 30_000;

export function createOtherReleases({
  client,
  now,
}: {
  readonly client: Pick<KubeClient, 'get'>;
  readonly now: () => Date;
}): OtherReleases {
  const looks = new Map<string, { readonly atMs: number; readonly isThere: Promise<boolean> }>();

  /** Where its Lease may not be read, a release counts as there. */
  async function look(key: ObjectKey, signal: AbortSignal): Promise<boolean> {
    try {
      const lease = await client.get(LEASE, key, signal);
      return lease !== undefined && now().getTime() - readLease(lease).renewedMs < GONE_MS;
    } catch (error) {
      if (hasReason(error, 'Forbidden')) return true;
      throw error;
    }
  }

  return {
    isThere(lease, signal) {
      const text = keyText(lease);
      const nowMs = now().getTime();
      const known = looks.get(text);
      if (known && nowMs - known.atMs < LOOK_MS) return known.isThere;
      const isThere = look(lease, signal);
      looks.set(text, { atMs: nowMs, isThere });
      isThere.catch(() => looks.delete(text));
      return isThere;
    },
  };
}
