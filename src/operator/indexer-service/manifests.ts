import type { RegistryIndexSpec } from '../../api/generated.ts';
import { INDEXER_PORT, indexerUrl, labelsOf, searchPodsHost, UID_LABEL } from '../../api/names.ts';
import { NUDGE_PORT } from '../../api/nudge.ts';
import { queuePlace } from '../../api/queue-place.ts';
import type { RegistryIndex } from '../../api/registry-index.ts';
import { settingsOf } from '../../api/settings.ts';
import type { KubeObject } from '../../kube/resource.ts';
import { childMetadata } from '../kube-objects/children.ts';
import { spread } from '../kube-objects/disruption.ts';
import { type PodRuntime, podTemplate, type Resources, type SecretVariable } from '../kube-objects/pod-template.ts';
import { heapOptions } from '../kube-objects/worker-pod.ts';

const MONITORING_PORT = 9090;
/** More than one, so that registries can send while a pod is replaced. */
const REPLICAS = 2;
/** Time to write what was accepted before the pod ends. */
const TERMINATION_GRACE_SECONDS = 30;
const PROGRESS_DEADLINE_SECONDS = 120;

const DEFAULT_RESOURCES: Resources = {
  requests: { cpu: '20m', memory: '96Mi' },
  limits: { memory: '256Mi' },
};

export interface IndexerRuntime extends PodRuntime {
  /** What callers authenticate with. */
  readonly variables: readonly SecretVariable[];
}

/** The pods that receive notifications. Writes are conditional, so any number of pods can run. */
export function indexerDeployment(index: RegistryIndex, runtime: IndexerRuntime): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: childMetadata(index, 'indexer'),
    spec: {
      replicas: REPLICAS,
      selector: { matchLabels: selectorOf(index) },
      progressDeadlineSeconds: PROGRESS_DEADLINE_SECONDS,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: indexerPods(index, runtime),
    },
  };
}

function indexerPods(index: RegistryIndex, runtime: IndexerRuntime) {
  const { spec } = index;
  const { resources = DEFAULT_RESOURCES, serviceAccountName } = spec.indexer ?? {};
  return podTemplate(
    {
      index,
      component: 'indexer',
      ...runtime,
      defaults: { topologySpreadConstraints: spread(index, 'indexer'), ...runtime.defaults },
      args: [
        'indexer',
        `--pulls=${spec.notifications?.pulls ?? 'Ignore'}`,
        `--nudge=${searchPods(index)}`,
        ...queueArguments(spec),
      ],
      settings: settingsOf(spec),
      resources,
      nodeOptions: heapOptions(resources),
      serviceAccountName: serviceAccountName ?? spec.serviceAccountName,
    },
    {
      ports: [
        { name: 'http', containerPort: INDEXER_PORT, protocol: 'TCP' },
        { name: 'monitoring', containerPort: MONITORING_PORT, protocol: 'TCP' },
      ],
      readinessProbe: { httpGet: { path: '/readyz', port: 'monitoring' }, periodSeconds: 2, timeoutSeconds: 2 },
      livenessProbe: { httpGet: { path: '/healthz', port: 'monitoring' }, periodSeconds: 10, timeoutSeconds: 5 },
    },
    { terminationGracePeriodSeconds: TERMINATION_GRACE_SECONDS },
  );
}

/** All of them, to nudge after a write. */
function searchPods({ metadata }: RegistryIndex): string {
  return `${searchPodsHost(metadata.name, metadata.namespace)}:${NUDGE_PORT}`;
}

function queueArguments({ notifications, storage, region }: RegistryIndexSpec): string[] {
  if (!notifications?.sqs) return [];
  const queue = queuePlace(notifications.sqs, storage?.region ?? region);
  return [`--sqs-queue-url=${queue.url}`, `--sqs-region=${queue.region}`];
}

export function indexerService(index: RegistryIndex): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: childMetadata(index, 'indexer'),
    spec: {
      selector: selectorOf(index),
      ports: [{ name: 'http', port: INDEXER_PORT, targetPort: 'http', protocol: 'TCP' }],
    },
  };
}

/** Where registries send their notifications, within the cluster. */
export function notificationsEndpoint({ metadata }: RegistryIndex): string {
  return `${indexerUrl(metadata.name, metadata.namespace)}/notifications`;
}

function selectorOf({ metadata }: RegistryIndex) {
  return { ...labelsOf(metadata.name, 'indexer'), [UID_LABEL]: metadata.uid };
}
