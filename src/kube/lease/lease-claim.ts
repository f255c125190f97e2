import type { KubeClient } from '../client/client.ts';
import { type KubeObject, LEASE, type ObjectKey } from '../resource.ts';
import { hasReason } from '../status-error.ts';
import {
  decideClaim,
  type LeaseObservation,
  newLease,
  observeLease,
  readLease,
  renewedSpec,
  takenSpec,
} from './lease-record.ts';

export interface ClaimantOptions {
  readonly client: Pick<KubeClient, 'get' | 'create' | 'patch'>;
  readonly lease: ObjectKey;
  readonly identity: string;
  readonly leaseMs: number;
  /** Milliseconds that never run backwards. */
  readonly now: () => number;
}

/** One process's claim on a Lease. Both methods reject with what the API server answers. */
export interface Claimant {
  /** Creates, renews or takes the lease if it may. True if this process holds it now. */
  claim(signal: AbortSignal): Promise<boolean>;
  /** Gives up the lease if it is ours, so that others need not wait for it to expire. */
  release(signal: AbortSignal): Promise<void>;
}

export function createClaimant({ client, lease: key, identity, leaseMs, now }: ClaimantOptions): Claimant {
  let observation: LeaseObservation | undefined;
  /** As we have written it last; undefined unless it was ours then. */
  let held: KubeObject | undefined;

  async function attempt(signal: AbortSignal): Promise<boolean> {
    const before = held;
    held = undefined;
    if (before) held = await change(before, renewedSpec({ identity, leaseMs, nowMs: now() }), signal).catch(ifThere);
    return held !== undefined || readAndClaim(signal);
  }

  async function readAndClaim(signal: AbortSignal): Promise<boolean> {
    const object = await client.get(LEASE, key, signal);
    const candidate = { identity, leaseMs, nowMs: now() };
    if (object === undefined) {
      held = await client.create(LEASE, newLease(key, candidate), signal);
      return true;
    }
    const lease = readLease(object);
    observation = observeLease(lease, observation, candidate.nowMs);
    const claim = decideClaim(lease, observation, candidate);
    if (claim === 'wait') return false;
    held = await change(
      object,
      claim === 'renew' ? renewedSpec(candidate) : takenSpec(candidate, lease.transitions + 1),
      signal,
    );
    return true;
  }

  /** The resourceVersion makes it fail with `Conflict` if the lease was written since we read it. */
  async function change({ metadata }: KubeObject, spec: object, signal: AbortSignal): Promise<KubeObject> {
    return client.patch(LEASE, key, { metadata: { resourceVersion: metadata.resourceVersion }, spec }, signal);
  }

  return {
    async claim(signal) {
      for (;;) {
        const isHeld = await attempt(signal).catch(undefinedIfContended);
        if (isHeld !== undefined) return isHeld;
      }
    },
    async release(signal) {
      const object = await client.get(LEASE, key, signal);
      if (object === undefined || readLease(object).holder !== identity) return;
      await change(object, { holderIdentity: null }, signal);
    },
  };
}

/** Somebody has deleted it. */
function ifThere(error: unknown): undefined {
  if (!hasReason(error, 'NotFound')) throw error;
}

/** Another process was faster, so the lease is read again. */
function undefinedIfContended(error: unknown): undefined {
  if (!hasReason(error, 'Conflict', 'AlreadyExists')) throw error;
}
