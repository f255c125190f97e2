import { childName, hashOf, labelsOf } from '../../api/names.ts';
import type { RegistryIndex } from '../../api/registry-index.ts';
import type { KubeObject } from '../../kube/resource.ts';
import { ownedBy } from '../kube-objects/children.ts';
import type { PodMeans } from '../kube-objects/pod-template.ts';
import { WORKER_JOB, workerPod } from '../kube-objects/worker-pod.ts';
import type { ResyncRequest } from './decide.ts';
import { scheduleOf } from './schedule.ts';

/** How often Kubernetes starts a failed resync again; each begins anew. */
const RETRIES = 2;

/** Compares the bucket with the index again and again, one at a time. */
export function resyncCronJob(index: RegistryIndex, means: PodMeans): KubeObject {
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: metadataOf(index),
    spec: {
      schedule: scheduleOf(index),
      timeZone: 'Etc/UTC',
      concurrencyPolicy: 'Forbid',
      suspend: false,
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 1,
      jobTemplate: { metadata: { labels: labelsOf(index.metadata.name, 'resync') }, spec: jobSpec(index, means, []) },
    },
  };
}

/** The Job that does what was asked for. Its name is decided by that, so that it is made once. */
export function resyncJob(index: RegistryIndex, means: PodMeans, request: ResyncRequest): KubeObject {
  const args = request.kind === 'confirmed' ? [`--confirm-deletion=${request.confirmation}`] : [];
  const spec = jobSpec(index, means, args);
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: metadataOf(index, hashOf([request, spec])),
    spec,
  };
}

function jobSpec(index: RegistryIndex, means: PodMeans, args: readonly string[]) {
  const template = workerPod(index, { component: 'resync', args: ['--resync', ...args], means });
  return { backoffLimit: RETRIES, ...WORKER_JOB, template };
}

function metadataOf(index: RegistryIndex, suffix?: string) {
  const { name, namespace } = index.metadata;
  return {
    name: childName(name, 'resync', suffix),
    namespace,
    labels: labelsOf(name, 'resync'),
    ownerReferences: ownedBy(index),
  };
}
