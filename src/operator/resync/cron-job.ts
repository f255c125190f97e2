import type { Problem } from '../../api/conditions.ts';
import { childName } from '../../api/names.ts';
import type { RegistryIndex } from '../../api/registry-index.ts';
import { isRecord } from '../../json/is-record.ts';
import { done } from '../../kube/outcome.ts';
import { CRON_JOB, keyOf } from '../../kube/resource.ts';
import { StatusError } from '../../kube/status-error.ts';
import type { OperatorDeps, OwnedContext } from '../context.ts';
import { ensureChild, isChildOf, uidOf } from '../kube-objects/children.ts';
import { podRuntime } from '../kube-objects/pod-runtime.ts';
import type { StepResult } from '../status/step-result.ts';
import { resyncCronJob } from './manifests.ts';

/** Applies the CronJob. A schedule that the API server refuses is a Problem, in its words. */
export async function ensureCronJob(context: OwnedContext): Promise<Problem | undefined> {
  const { deps, index, signal } = context;
  const wanted = resyncCronJob(index, podRuntime(context, 'backfill'));
  const live = deps.caches.cronJobs.get(keyOf(wanted));
  try {
    await ensureChild(deps, { type: CRON_JOB, live, wanted }, signal);
    return undefined;
  } catch (error) {
    if (!(error instanceof StatusError) || error.reason !== 'Invalid') throw error;
    const why = error.causes.join('; ') || error.message;
    return { reason: 'ScheduleInvalid', message: `resync.schedule cannot be used: ${why}` };
  }
}

/**
 * Suspends the schedule of a resource that is suspended or not valid. A running Job goes on. `ensureCronJob` resumes
 * it.
 */
export async function suspendResync(
  { client, caches }: Pick<OperatorDeps, 'client' | 'caches'>,
  index: RegistryIndex,
  signal: AbortSignal,
): Promise<StepResult> {
  const { namespace, name } = index.metadata;
  const key = { namespace, name: childName(name, 'resync') };
  const cronJob = caches.cronJobs.get(key);
  const isSuspended =
    !cronJob || !isChildOf(index, cronJob) || !isRecord(cronJob.spec) || cronJob.spec.suspend === true;
  if (!isSuspended) await client.patch(CRON_JOB, key, { metadata: uidOf(cronJob), spec: { suspend: true } }, signal);
  return { conditions: [], outcome: done };
}
