import type { KubeObject } from '../../kube/resource.ts';

/** A Job as far as it matters here. One that ended, either way, has said all it will say. */
export type JobState =
  | { readonly kind: 'missing' }
  | { readonly kind: 'running' }
  | { readonly kind: 'ended'; readonly failed: boolean; readonly endedAtMs: number };

export function jobState(job: KubeObject | undefined): JobState {
  if (!job) return { kind: 'missing' };
  const ended = conditionsOf(job).find(
    ({ type, status }) => status === 'True' && (type === 'Failed' || type === 'Complete'),
  );
  if (!ended) return { kind: 'running' };
  return { kind: 'ended', failed: ended.type === 'Failed', endedAtMs: Date.parse(ended.lastTransitionTime) };
}

interface JobCondition {
  readonly type: string;
  readonly status: string;
  readonly lastTransitionTime: string;
}

function conditionsOf({ status }: KubeObject): JobCondition[] {
  if (typeof status !== 'object' || status === null || !('conditions' in status)) return [];
  return Array.isArray(status.conditions) ? status.conditions.filter(isCondition) : [];
}

function isCondition(value: unknown): value is JobCondition {
  return (
    typeof value === 'object' && value !== null && 'type' in value && 'status' in value && 'lastTransitionTime' in value
  );
}
