import { isRecord } from '../../json/is-record.ts';
import { apiVersionOf, type KubeObject, LEASE, type ObjectKey } from '../resource.ts';

/** A Lease of coordination.k8s.io/v1, parsed. */
export interface LeaseRecord {
  /** Empty when nobody holds it. */
  readonly holder: string;
  /** How long a renewal lasts, as the holder says. */
  readonly durationMs: number | undefined;
  readonly transitions: number;
  /** Unix time of the last renewal by its holder's clock; 0 if there was none. */
  readonly renewedMs: number;
  /** Changes with every renewal and every holder. */
  readonly version: string;
}

/** When this process last saw the lease change, by its own clock: clocks of other processes may differ. */
export interface LeaseObservation {
  readonly version: string;
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
  const renewedMs = typeof renewTime === 'string' ? Date.parse(renewTime) || 0 : 0;
  return { holder, durationMs, transitions, renewedMs, version: JSON.stringify([holder, transitions, renewTime]) };
}

/** Keeps the time of the observation before if the lease has not changed since. */
export function observeLease(
  { version }: LeaseRecord,
  before: LeaseObservation | undefined,
  nowMs: number,
): LeaseObservation {
  return before?.version === version ? before : { version, sinceMs: nowMs };
}

/** What a candidate may do. The lease of another holder is taken only if it did not change for its whole duration. */
export function decideClaim(lease: LeaseRecord, { sinceMs }: LeaseObservation, candidate: Candidate): Claim {
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

/** RFC 3339 with microseconds, the only form that MicroTime fields accept. */
export function microTime(unixMs: number): string {
  return new Date(unixMs).toISOString().replace('Z', '000Z');
}
