import type { Component } from '../../api/names.ts';
import type { RegistryIndex } from '../../api/registry-index.ts';
import { settingsOf } from '../../api/settings.ts';
import { EXIT_TERMINAL } from '../../api/worker-exit.ts';
import { type PodRuntime, podTemplate, type Resources } from './pod-template.ts';
import { amountOf } from './quantity.ts';

const KEEP_FINISHED_SECONDS = 24 * 60 * 60;
const DEFAULT_CONCURRENCY = 32;

/** For workers of a resource that says nothing else. */
export const DEFAULT_RESOURCES: Resources = {
  requests: { cpu: '100m', memory: '128Mi' },
  limits: { memory: '512Mi' },
};

/** Common to all Jobs of workers. A Job fails at once if its worker's exit code says that a retry makes no progress. */
export const WORKER_JOB = {
  ttlSecondsAfterFinished: KEEP_FINISHED_SECONDS,
  podFailurePolicy: {
    rules: [
      { action: 'FailJob', onExitCodes: { operator: 'In', values: [EXIT_TERMINAL] } },
      { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
    ],
  },
};

export interface WorkerOptions {
  readonly component: Component;
  /** Arguments of the command `backfill`, besides its concurrency. */
  readonly args: readonly string[];
  readonly runtime: PodRuntime;
}

/** A pod that reads the bucket and writes the index, with the settings of `spec.backfill`. */
export function workerPod(index: RegistryIndex, { component, args, runtime }: WorkerOptions) {
  const { spec } = index;
  const { concurrency = DEFAULT_CONCURRENCY, resources = DEFAULT_RESOURCES, serviceAccountName } = spec.backfill ?? {};
  return podTemplate(
    {
      index,
      component,
      ...runtime,
      args: ['backfill', ...args, `--concurrency=${concurrency}`],
      settings: settingsOf(spec),
      resources,
      nodeOptions: heapOptions(resources),
      serviceAccountName: serviceAccountName ?? spec.serviceAccountName,
    },
    {},
    { restartPolicy: 'Never' },
  );
}

const BYTES_PER_MB = 2 ** 20;
/** The rest is for Node and for what a worker keeps off the heap, such as a platform for each of a million digests. */
const HEAP_SHARE = 0.4;
/** Node starts with 1 MB in a small pod, where copying survivors of short requests took a fifth of the CPU. */
const NURSERY_MB = 16;

/** Options of Node for a worker with these resources. Node's default heap is half of the pod's memory. */
export function heapOptions({ limits }: Resources): string[] {
  const bytes = amountOf(limits?.memory);
  const heapMb = bytes && Math.floor((bytes * HEAP_SHARE) / BYTES_PER_MB);
  return [`--max-semi-space-size=${NURSERY_MB}`, ...(heapMb ? [`--max-old-space-size=${heapMb}`] : [])];
}
