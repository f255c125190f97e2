import { COMPONENT_LABEL, type Component, childName, INDEX_LABEL, labelsOf } from '../../api/names.ts';
import { isRecord } from '../../json/is-record.ts';
import { conditionsOf } from '../../kube/conditions.ts';
import { JOB, type KubeObject, keyOf } from '../../kube/resource.ts';
import type { OperatorDeps, ReconcileContext } from '../context.ts';
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
  const ended = endOf(job);
  if (ended) return { kind: 'ended', failed: ended.type === 'Failed', endedAtMs: Date.parse(ended.lastTransitionTime) };
  return isWithoutPods(job, nowMs) ? { kind: 'withoutPods' } : { kind: 'running' };
}

function endOf(job: KubeObject) {
  return conditionsOf(job).find(({ type, status }) => status === 'True' && (type === 'Failed' || type === 'Complete'));
}

function isWithoutPods({ status }: KubeObject, nowMs: number): boolean {
  if (!isRecord(status) || typeof status.startTime !== 'string') return false;
  const { ready = 0, startTime } = status;
  return ready === 0 && nowMs - Date.parse(startTime) > START_MS;
}

/** Whether it goes on and has no pod: its last one has failed or is being deleted, and the next was not made yet. */
export function isOutOfPods(job: KubeObject): boolean {
  const { metadata, status } = job;
  if (metadata.deletionTimestamp !== undefined || endOf(job)) return false;
  if (!isRecord(status) || typeof status.startTime !== 'string') return false;
  return (status.active ?? 0) === 0;
}

/** Removes it and its pods; by uid, so that a new Job of the same name stays. */
export async function removeJob(
  { client }: Pick<OperatorDeps, 'client'>,
  job: KubeObject,
  signal: AbortSignal,
): Promise<void> {
  await client.remove(JOB, keyOf(job), { propagation: 'Background', uid: job.metadata.uid }, signal);
}
