import { hasReason } from '../api-error.ts';
import type { KubeClient } from '../client/client.ts';
import { type KubeObject, LEASE, type ObjectKey } from '../resource.ts';
import { decideClaim, newLease, readLease, renewedSpec, type Sighting, sight, takenSpec } from './lease-record.ts';

export interface ClaimantOptions {
  readonly client: Pick<KubeClient, 'get' | 'create' | 'patch'>;
  readonly lease: ObjectKey;
  readonly identity: string;
  readonly leaseMs: number;
  /** Milliseconds that never run backwards. */
  readonly now: () => number;
}

/** One process's hand on a Lease. Both methods reject when the API server does. */
export interface Claimant {
  /** Makes, renews or takes the lease where that is right. Whether this process holds it now. */
  claim(signal: AbortSignal): Promise<boolean>;
  /** Gives the lease up, if it is ours, so that others need not wait for it to expire. */
  release(signal: AbortSignal): Promise<void>;
}

export function createClaimant({ client, lease: key, identity, leaseMs, now }: ClaimantOptions): Claimant {
  let sighting: Sighting | undefined;

  async function attempt(signal: AbortSignal): Promise<boolean> {
    const object = await client.get(LEASE, key, signal);
    const candidate = { identity, leaseMs, nowMs: now() };
    if (object === undefined) {
      await client.create(LEASE, newLease(key, candidate), signal);
      return true;
    }
    const lease = readLease(object);
    sighting = sight(lease, sighting, candidate.nowMs);
    const claim = decideClaim(lease, sighting, candidate);
    if (claim === 'wait') return false;
    await change(
      object,
      claim === 'renew' ? renewedSpec(candidate) : takenSpec(candidate, lease.transitions + 1),
      signal,
    );
    return true;
  }

  /** The resourceVersion makes it fail with `Conflict` when anybody has written the lease since we read it. */
  async function change({ metadata }: KubeObject, spec: object, signal: AbortSignal): Promise<void> {
    await client.patch(LEASE, key, { metadata: { resourceVersion: metadata.resourceVersion }, spec }, signal);
  }

  return {
    async claim(signal) {
      for (;;) {
        const held = await attempt(signal).catch(undefinedIfContended);
        if (held !== undefined) return held;
      }
    },
    async release(signal) {
      const object = await client.get(LEASE, key, signal);
      if (object === undefined || readLease(object).holder !== identity) return;
      await change(object, { holderIdentity: null }, signal);
    },
  };
}

/** Somebody else was faster; the lease has to be looked at again. */
function undefinedIfContended(error: unknown): undefined {
  if (!hasReason(error, 'Conflict', 'AlreadyExists')) throw error;
}
