import { isRecord } from '../../json/is-record.ts';
import { conditionsOf } from '../../kube/conditions.ts';
import type { KubeObject } from '../../kube/resource.ts';

/** A Job as far as it matters here. One that ended, either way, has said all it will say. */
export type JobState =
  | { readonly kind: 'missing' }
  /** Begun for a while, and no pod of it is ready: pods cannot be made, or cannot start. */
  | { readonly kind: 'withoutPods' }
  | { readonly kind: 'running' }
  | { readonly kind: 'ended'; readonly failed: boolean; readonly endedAtMs: number };

/** Longer than a node takes to get an image that it does not have, mostly. */
const START_MS = 60_000;

export function jobState(job: KubeObject | undefined, nowMs: number): JobState {
  if (!job) return { kind: 'missing' };
  const ended = conditionsOf(job).find(
    ({ type, status }) => status === 'True' && (type === 'Failed' || type === 'Complete'),
  );
  if (ended) return { kind: 'ended', failed: ended.type === 'Failed', endedAtMs: Date.parse(ended.lastTransitionTime) };
  return isWithoutPods(job, nowMs) ? { kind: 'withoutPods' } : { kind: 'running' };
}

function isWithoutPods({ status }: KubeObject, nowMs: number): boolean {
  if (!isRecord(status) || typeof status.startTime !== 'string') return false;
  const { ready = 0, startTime } = status;
  return ready === 0 && nowMs - Date.parse(startTime) > START_MS;
}
