import { childName, hashOf, labelsOf } from '../../api/names.ts';
import type { RegistryIndex } from '../../api/registry-index.ts';
import type { KubeObject } from '../../kube/resource.ts';
import { ownedBy } from '../kube-objects/children.ts';
import type { PodMeans } from '../kube-objects/pod-template.ts';
import { WORKER_JOB, workerPod } from '../kube-objects/worker-pod.ts';

/** How often Kubernetes starts a failed worker again before it gives up its share of the ranges. */
const RETRIES_PER_WORKER = 6;
const DEFAULT_WORKERS = 1;

/**
 * The Job that fills one epoch: worker i of n takes the i-th stretch of its ranges. A Job's template cannot be changed,
 * so its name ends in a hash of it: another template is another Job, which goes on where the one before had come to.
 */
export function backfillJob(index: RegistryIndex, epoch: number, means: PodMeans): KubeObject {
  const { metadata, spec } = index;
  const { workers = DEFAULT_WORKERS } = spec.backfill ?? {};
  const args = [`--epoch=${epoch}`, `--workers=${workers}`];
  const template = workerPod(index, { component: 'backfill', args, means });
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: childName(metadata.name, 'backfill', `${epoch}-${hashOf(template)}`),
      namespace: metadata.namespace,
      labels: labelsOf(metadata.name, 'backfill'),
      ownerReferences: ownedBy(index),
    },
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
