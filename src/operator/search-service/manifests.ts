import type { RegistryIndexSpec } from '../../api/generated.ts';
import { childName, labelsOf } from '../../api/names.ts';
import { NUDGE_PORT } from '../../api/nudge.ts';
import type { RegistryIndex } from '../../api/registry-index.ts';
import { corsOriginsOf, settingsOf } from '../../api/settings.ts';
import type { KubeObject } from '../../kube/resource.ts';
import { childMetadata } from '../kube-objects/children.ts';
import { spread } from '../kube-objects/disruption.ts';
import { type PodRuntime, podTemplate, type Resources } from '../kube-objects/pod-template.ts';
import {
  ONE_BY_ONE,
  type Port,
  podLabels,
  servicePort,
  servingContainer,
  TERMINATION_GRACE_SECONDS,
} from '../kube-objects/serving-pods.ts';
import { accessMounts, accessSettings, accessVolumes } from './access-secrets.ts';

export const SEARCH_PORT = 8080;
const SNAPSHOT_DIRECTORY = '/var/cache/registry-index';
const SNAPSHOT_MEBIBYTES = 2_048;
const HTTP: Port = { name: 'http', port: SEARCH_PORT };
const NUDGE: Port = { name: 'nudge', port: NUDGE_PORT };

const DEFAULT_RESOURCES: Resources = {
  requests: { cpu: '50m', memory: '128Mi' },
  limits: { memory: '1Gi' },
};

/** The search pods. A new one is ready when it has loaded the index. */
export function searchDeployment(index: RegistryIndex, runtime: PodRuntime): KubeObject {
  const { spec } = index;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: childMetadata(index, 'search'),
    spec: {
      ...(spec.search?.replicas === undefined ? {} : { replicas: spec.search.replicas }),
      // A selector cannot be changed later, so the uid is not in it; ReplicaSets know their pods by owner references.
      selector: { matchLabels: labelsOf(index.metadata.name, 'search') },
      ...ONE_BY_ONE,
      template: searchPodTemplate(index, runtime),
    },
  };
}

function searchPodTemplate(index: RegistryIndex, runtime: PodRuntime) {
  const { spec } = index;
  return podTemplate(
    {
      index,
      component: 'search',
      ...runtime,
      defaults: { topologySpreadConstraints: spread(index, 'search'), ...runtime.defaults },
      args: searchArgs(spec),
      settings: { index: settingsOf(spec).index, ...accessSettings(spec) },
      resources: spec.search?.resources ?? DEFAULT_RESOURCES,
      serviceAccountName: spec.search?.serviceAccountName ?? spec.serviceAccountName,
    },
    {
      ...servingContainer(HTTP, ...(spec.notifications ? [NUDGE] : [])),
      volumeMounts: [{ name: 'snapshot', mountPath: SNAPSHOT_DIRECTORY }, ...accessMounts(spec)],
    },
    {
      terminationGracePeriodSeconds: TERMINATION_GRACE_SECONDS,
      // Outlives the container, not the pod. A pod that writes more than the limit is evicted, so search writes less.
      volumes: [{ name: 'snapshot', emptyDir: { sizeLimit: `${SNAPSHOT_MEBIBYTES + 256}Mi` } }, ...accessVolumes(spec)],
    },
  );
}

function searchArgs(spec: RegistryIndexSpec): string[] {
  return [
    ...['search', '--snapshot-dir', SNAPSHOT_DIRECTORY, '--snapshot-mebibytes', String(SNAPSHOT_MEBIBYTES)],
    ...(spec.notifications ? [`--nudge-port=${NUDGE_PORT}`] : []),
    ...(spec.registry?.url === undefined ? [] : [`--registry-url=${spec.registry.url}`]),
    ...corsOriginsOf(spec).map((origin) => `--cors-origin=${origin}`),
  ];
}

/** Selects the pods by the labels of this resource and, `byUid`, by its uid, which pods of earlier versions lack. */
export function searchService(index: RegistryIndex, byUid: boolean): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: childMetadata(index, 'search'),
    spec: {
      selector: byUid ? podLabels(index, 'search') : labelsOf(index.metadata.name, 'search'),
      ports: [servicePort(HTTP)],
    },
  };
}

/**
 * Has no address of its own: its name stands for those of all pods that are ready, each of which the indexer nudges.
 */
export function searchPodsService(index: RegistryIndex): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: childMetadata(index, 'search', 'pods'),
    spec: {
      clusterIP: 'None',
      selector: podLabels(index, 'search'),
      ports: [servicePort(NUDGE)],
    },
  };
}

/** The in-cluster URL of the search service. */
export function searchEndpoint({ metadata }: RegistryIndex): string {
  return `http://${childName(metadata.name, 'search')}.${metadata.namespace}.svc:${SEARCH_PORT}`;
}
