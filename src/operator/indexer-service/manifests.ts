import type { RegistryIndexSpec } from '../../api/generated.ts';
import { INDEXER_PORT, indexerUrl, searchPodsHost } from '../../api/names.ts';
import { NUDGE_PORT } from '../../api/nudge.ts';
import { queuePlace } from '../../api/queue-place.ts';
import type { RegistryIndex } from '../../api/registry-index.ts';
import { settingsOf } from '../../api/settings.ts';
import type { KubeObject } from '../../kube/resource.ts';
import { childMetadata } from '../kube-objects/children.ts';
import { spread } from '../kube-objects/disruption.ts';
import { type PodRuntime, podTemplate, type Resources, type SecretVariable } from '../kube-objects/pod-template.ts';
import {
  ONE_BY_ONE,
  type Port,
  podLabels,
  servicePort,
  servingContainer,
  TERMINATION_GRACE_SECONDS,
} from '../kube-objects/serving-pods.ts';
import { heapOptions } from '../kube-objects/worker-pod.ts';

const HTTP: Port = { name: 'http', port: INDEXER_PORT };
/** More than one, so that registries can send while a pod is replaced. */
const REPLICAS = 2;

export const DEFAULT_RESOURCES: Resources = {
  requests: { cpu: '20m', memory: '96Mi' },
  limits: { memory: '512Mi' },
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
      selector: { matchLabels: podLabels(index, 'indexer') },
      ...ONE_BY_ONE,
      template: indexerPodTemplate(index, runtime),
    },
  };
}

function indexerPodTemplate(index: RegistryIndex, runtime: IndexerRuntime) {
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
        `--nudge=${searchPodsAddress(index)}`,
        ...queueArguments(spec),
      ],
      settings: settingsOf(spec),
      resources,
      nodeOptions: heapOptions(resources),
      serviceAccountName: serviceAccountName ?? spec.serviceAccountName,
    },
    servingContainer(HTTP),
    { terminationGracePeriodSeconds: TERMINATION_GRACE_SECONDS },
  );
}

/** All of them, to nudge after a write. */
function searchPodsAddress({ metadata }: RegistryIndex): string {
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
      selector: podLabels(index, 'indexer'),
      ports: [servicePort(HTTP)],
    },
  };
}

/** Where registries send their notifications, within the cluster. */
export function notificationsEndpoint({ metadata }: RegistryIndex): string {
  return `${indexerUrl(metadata.name, metadata.namespace)}/notifications`;
}
