import { childName, hashOf, labelsOf } from '../../api/names.ts';
import type { RegistryIndex } from '../../api/registry-index.ts';
import { settingsOf } from '../../api/settings.ts';
import { EXIT_TERMINAL } from '../../api/worker-exit.ts';
import type { KubeObject } from '../../kube/resource.ts';
import { ownedBy } from '../children.ts';
import { type PodMeans, podTemplate, type Resources } from '../pod-template.ts';

/** How often Kubernetes starts a failed worker again before it gives up its share of the ranges. */
const RETRIES_PER_WORKER = 6;
const KEEP_FINISHED_SECONDS = 24 * 60 * 60;
const DEFAULT_WORKERS = 1;
const DEFAULT_CONCURRENCY = 32;

const DEFAULT_RESOURCES: Resources = {
  requests: { cpu: '100m', memory: '128Mi' },
  limits: { memory: '512Mi' },
};

/**
 * The Job that fills one epoch: worker i of n takes the ranges ≡ i mod n. A Job's template cannot be changed, so its
 * name ends in a hash of it: another template is another Job, which goes on where the one before had come to.
 */
export function backfillJob(index: RegistryIndex, epoch: number, means: PodMeans): KubeObject {
  const { metadata, spec } = index;
  const { workers = DEFAULT_WORKERS, concurrency = DEFAULT_CONCURRENCY, resources } = spec.backfill ?? {};
  const template = podTemplate(
    {
      index: metadata.name,
      component: 'backfill',
      ...means,
      args: ['backfill', `--epoch=${epoch}`, `--workers=${workers}`, `--concurrency=${concurrency}`],
      settings: settingsOf(spec),
      resources: resources ?? DEFAULT_RESOURCES,
      serviceAccountName: spec.backfill?.serviceAccountName ?? spec.serviceAccountName,
    },
    {},
    { restartPolicy: 'Never' },
  );
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
      ttlSecondsAfterFinished: KEEP_FINISHED_SECONDS,
      podFailurePolicy: {
        rules: [
          { action: 'FailJob', onExitCodes: { operator: 'In', values: [EXIT_TERMINAL] } },
          { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
        ],
      },
      template,
    },
  };
}
