import type { Component } from '../../api/names.ts';
import type { RegistryIndex } from '../../api/registry-index.ts';
import { settingsOf } from '../../api/settings.ts';
import { EXIT_TERMINAL } from '../../api/worker-exit.ts';
import { heapOptions } from './heap.ts';
import { type PodMeans, podTemplate, type Resources } from './pod-template.ts';

const KEEP_FINISHED_SECONDS = 24 * 60 * 60;
const DEFAULT_CONCURRENCY = 32;

/** Of a worker for which nothing else is said. */
export const DEFAULT_RESOURCES: Resources = {
  requests: { cpu: '100m', memory: '128Mi' },
  limits: { memory: '512Mi' },
};

/** What all Jobs of workers have in common: where trying again makes no progress they end at once. */
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
  /** Of the command `backfill`, besides how many requests it keeps under way. */
  readonly args: readonly string[];
  readonly means: PodMeans;
}

/** A pod that reads the bucket and writes the index, with what the resource gives its backfill. */
export function workerPod(index: RegistryIndex, { component, args, means }: WorkerOptions) {
  const { spec } = index;
  const { concurrency = DEFAULT_CONCURRENCY, resources = DEFAULT_RESOURCES, serviceAccountName } = spec.backfill ?? {};
  return podTemplate(
    {
      index,
      component,
      ...means,
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
