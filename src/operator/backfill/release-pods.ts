import { done } from '../../kube/outcome.ts';
import type { ReconcileContext } from '../context.ts';
import { isOutOfPods, jobsOf, removeJob } from '../kube-objects/jobs.ts';
import { terminatingNamespace } from '../kube-objects/namespace.ts';
import type { StepResult } from '../status/step-result.ts';

/**
 * A namespace that is being deleted waits for its pods before anything else in it is deleted (KEP-5080). An indexed Job
 * with retries keeps the last pod of each worker until another takes its place, and no pod can be made there any more. So
 * the Job is removed, and its pods go with it.
 */
export async function releasePods({
  deps,
  index,
  signal,
}: Pick<ReconcileContext, 'deps' | 'index' | 'signal'>): Promise<StepResult> {
  const jobs = jobsOf({ deps, index }, 'backfill').filter(isOutOfPods);
  if (jobs.length > 0 && (await terminatingNamespace(deps, index, signal)))
    for (const job of jobs) await removeJob(deps, job, signal);
  return { conditions: [], outcome: done };
}
