import { isRecord } from '../../json/is-record.ts';
import { apiVersionOf, type KubeObject, LEASE, type ObjectKey } from '../resource.ts';

/** A Lease of coordination.k8s.io/v1, read. */
export interface LeaseRecord {
  /** Empty when nobody holds it. */
  readonly holder: string;
  /** How long the holder's renewals are good for, in its own word. */
  readonly durationMs: number | undefined;
  readonly transitions: number;
  /** Differs after every renewal and change of holder. */
  readonly mark: string;
}

/** A lease as this process last saw it change. Nobody else's clock counts, only how long it has stood still for us. */
export interface Sighting {
  readonly mark: string;
  readonly sinceMs: number;
}

export type Claim = 'create' | 'renew' | 'take' | 'wait';

export interface Candidate {
  readonly identity: string;
  readonly leaseMs: number;
  readonly nowMs: number;
}

export function readLease({ spec }: KubeObject): LeaseRecord {
  const fields = isRecord(spec) ? spec : {};
  const { holderIdentity, leaseDurationSeconds, leaseTransitions, renewTime } = fields;
  const holder = typeof holderIdentity === 'string' ? holderIdentity : '';
  const transitions = typeof leaseTransitions === 'number' ? leaseTransitions : 0;
  const durationMs = typeof leaseDurationSeconds === 'number' ? leaseDurationSeconds * 1000 : undefined;
  return { holder, durationMs, transitions, mark: JSON.stringify([holder, transitions, renewTime]) };
}

/** Keeps the time of a sighting for as long as the lease stands still. */
export function sight({ mark }: LeaseRecord, before: Sighting | undefined, nowMs: number): Sighting {
  return before?.mark === mark ? before : { mark, sinceMs: nowMs };
}

/** What a candidate may do about the lease. Another's is taken only after it has stood still for its whole duration. */
export function decideClaim(lease: LeaseRecord, { sinceMs }: Sighting, candidate: Candidate): Claim {
  if (lease.holder === candidate.identity) return 'renew';
  if (lease.holder === '') return 'take';
  const expiresMs = sinceMs + (lease.durationMs ?? candidate.leaseMs);
  return candidate.nowMs >= expiresMs ? 'take' : 'wait';
}

/** Fields of a lease that is renewed at `nowMs` (Unix time). */
export function renewedSpec({ leaseMs, nowMs }: Candidate) {
  return { leaseDurationSeconds: Math.ceil(leaseMs / 1000), renewTime: microTime(nowMs) };
}

/** Fields of a lease that changes hands. */
export function takenSpec(candidate: Candidate, transitions: number) {
  const { identity, nowMs } = candidate;
  return {
    ...renewedSpec(candidate),
    holderIdentity: identity,
    acquireTime: microTime(nowMs),
    leaseTransitions: transitions,
  };
}

export function newLease(key: ObjectKey, candidate: Candidate): KubeObject {
  return { apiVersion: apiVersionOf(LEASE), kind: LEASE.kind, metadata: key, spec: takenSpec(candidate, 0) };
}

/** RFC 3339 with microseconds, the only form that MicroTime fields take. */
export function microTime(unixMs: number): string {
  return new Date(unixMs).toISOString().replace('Z', '000Z');
}
