import { hashOf } from '../../api/names.ts';
import type { RegistryIndex } from '../../api/registry-index.ts';
import type { KubeObject } from '../../kube/resource.ts';
import { childMetadata } from '../kube-objects/children.ts';
import type { PodRuntime } from '../kube-objects/pod-template.ts';
import { WORKER_JOB, workerPod } from '../kube-objects/worker-pod.ts';

/** How often Kubernetes starts a failed worker again before the worker's share of the ranges counts as failed. */
const RETRIES_PER_WORKER = 6;
const DEFAULT_WORKERS = 1;

/**
 * The Job that fills one epoch: worker i of n takes the i-th partition of its ranges. The name ends in a hash of the
 * template, because a Job's template cannot be changed: another template is another Job, which goes on from the
 * progress of the one before.
 */
export function backfillJob(index: RegistryIndex, epoch: number, runtime: PodRuntime): KubeObject {
  const { spec } = index;
  const { workers = DEFAULT_WORKERS } = spec.backfill ?? {};
  const args = [`--epoch=${epoch}`, `--workers=${workers}`];
  const template = workerPod(index, { component: 'backfill', args, runtime });
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: childMetadata(index, 'backfill', `${epoch}-${hashOf(template)}`),
    spec: {
      completionMode: 'Indexed',
      completions: workers,
      parallelism: workers,
      backoffLimitPerIndex: RETRIES_PER_WORKER,
      ...WORKER_JOB,
      template,
    },
  };
}
