import { crc32 } from 'node:zlib';
import { hashOf, labelsOf } from '../../api/names.ts';
import type { RegistryIndex } from '../../api/registry-index.ts';
import type { KubeObject } from '../../kube/resource.ts';
import { childMetadata } from '../kube-objects/children.ts';
import type { PodRuntime } from '../kube-objects/pod-template.ts';
import { WORKER_JOB, workerPod } from '../kube-objects/worker-pod.ts';
import type { ResyncRequest } from './decide.ts';

/** How often Kubernetes starts a failed resync again. Each starts from the beginning. */
const RETRIES = 2;
/** Ends one that hangs, so that the next can start. A registry of a million repositories takes a few hours. */
const DEADLINE_SECONDS = 24 * 60 * 60;

/** The CronJob that compares the bucket with the index, one Job at a time. */
export function resyncCronJob(index: RegistryIndex, runtime: PodRuntime): KubeObject {
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: childMetadata(index, 'resync'),
    spec: {
      schedule: scheduleOf(index),
      timeZone: 'Etc/UTC',
      concurrencyPolicy: 'Forbid',
      suspend: false,
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 1,
      jobTemplate: { metadata: { labels: labelsOf(index.metadata.name, 'resync') }, spec: jobSpec(index, runtime, []) },
    },
  };
}

/** The Job of a request. Its name follows from the request, so that it is created once. */
export function resyncJob(index: RegistryIndex, runtime: PodRuntime, request: ResyncRequest): KubeObject {
  const args = request.kind === 'confirmed' ? [`--confirm-deletion=${request.confirmation}`] : [];
  const spec = jobSpec(index, runtime, args);
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: childMetadata(index, 'resync', hashOf([request, spec])),
    spec,
  };
}

function jobSpec(index: RegistryIndex, runtime: PodRuntime, args: readonly string[]) {
  const template = workerPod(index, { component: 'resync', args: ['--resync', ...args], runtime });
  return { backoffLimit: RETRIES, activeDeadlineSeconds: DEADLINE_SECONDS, ...WORKER_JOB, template };
}

const MINUTES_A_DAY = 24 * 60;

/**
 * The schedule of the resource; by default daily, at a minute of its own, so that not all of a cluster start together.
 */
export function scheduleOf({ metadata, spec }: Pick<RegistryIndex, 'metadata' | 'spec'>): string {
  if (spec.resync?.schedule) return spec.resync.schedule;
  const minute = crc32(`${metadata.namespace}/${metadata.name}`) % MINUTES_A_DAY;
  return `${minute % 60} ${Math.floor(minute / 60)} * * *`;
}
