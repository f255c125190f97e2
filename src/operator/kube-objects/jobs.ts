import { COMPONENT_LABEL, type Component, childName, INDEX_LABEL, labelsOf } from '../../api/names.ts';
import { isRecord } from '../../json/is-record.ts';
import { conditionsOf } from '../../kube/conditions.ts';
import type { KubeObject } from '../../kube/resource.ts';
import type { ReconcileContext } from '../context.ts';
import { controllerOf, isChildOf } from './children.ts';

/** The Jobs of one component of a resource in the cache, with those of its CronJob. */
export function jobsOf({ deps, index }: Pick<ReconcileContext, 'deps' | 'index'>, component: Component): KubeObject[] {
  const { namespace, name, uid } = index.metadata;
  const wanted = labelsOf(name, component);
  const cronJob = deps.caches.cronJobs.get({ namespace, name: childName(name, component) });
  const owners = new Set([uid, cronJob && isChildOf(index, cronJob) ? cronJob.metadata.uid : uid]);
  return deps.caches.jobs
    .list()
    .filter(({ metadata }) => metadata.namespace === namespace)
    .filter((job) => owners.has(controllerOf(job)?.uid))
    .filter(({ metadata }) => [INDEX_LABEL, COMPONENT_LABEL].every((key) => metadata.labels?.[key] === wanted[key]));
}

/** A Job, as far as steps need to know. */
export type JobState =
  | { readonly kind: 'missing' }
  /** Started a while ago, and no pod is ready: its pods cannot be created, or cannot start. */
  | { readonly kind: 'withoutPods' }
  | { readonly kind: 'running' }
  | { readonly kind: 'ended'; readonly failed: boolean; readonly endedAtMs: number };

/** Mostly longer than a node takes to pull the image. */
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
