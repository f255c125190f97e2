import type { RegistryIndexSpec } from '../../api/generated.ts';
import { childName, labelsOf, UID_LABEL } from '../../api/names.ts';
import { NUDGE_PORT } from '../../api/nudge.ts';
import type { RegistryIndex } from '../../api/registry-index.ts';
import { corsOriginsOf, settingsOf } from '../../api/settings.ts';
import type { KubeObject } from '../../kube/resource.ts';
import { childMetadata } from '../kube-objects/children.ts';
import { spread } from '../kube-objects/disruption.ts';
import { type PodRuntime, podTemplate, type Resources } from '../kube-objects/pod-template.ts';
import { accessMounts, accessSettings, accessVolumes } from './access-secrets.ts';

export const SEARCH_PORT = 8080;
const MONITORING_PORT = 9090;
const SNAPSHOT_DIRECTORY = '/var/cache/registry-index';
const SNAPSHOT_MEBIBYTES = 2_048;
/** Time for the endpoints to drop the pod, and for requests under way to be answered. */
const TERMINATION_GRACE_SECONDS = 30;

/** After this long without a new pod becoming ready the Deployment reports it, and goes on trying. */
const PROGRESS_DEADLINE_SECONDS = 120;

const DEFAULT_RESOURCES: Resources = {
  requests: { cpu: '50m', memory: '128Mi' },
  limits: { memory: '1Gi' },
};

/**
 * The search pods. An upgrade replaces them one at a time, each old one staying until a new one has loaded the index.
 */
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
      progressDeadlineSeconds: PROGRESS_DEADLINE_SECONDS,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: searchPods(index, runtime),
    },
  };
}

function searchPods(index: RegistryIndex, runtime: PodRuntime) {
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
      ports: [
        { name: 'http', containerPort: SEARCH_PORT, protocol: 'TCP' },
        { name: 'monitoring', containerPort: MONITORING_PORT, protocol: 'TCP' },
        ...(spec.notifications ? [{ name: 'nudge', containerPort: NUDGE_PORT, protocol: 'TCP' }] : []),
      ],
      readinessProbe: { httpGet: { path: '/readyz', port: 'monitoring' }, periodSeconds: 2, timeoutSeconds: 2 },
      volumeMounts: [{ name: 'snapshot', mountPath: SNAPSHOT_DIRECTORY }, ...accessMounts(spec)],
      livenessProbe: { httpGet: { path: '/healthz', port: 'monitoring' }, periodSeconds: 10, timeoutSeconds: 5 },
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
  const labels = labelsOf(index.metadata.name, 'search');
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: childMetadata(index, 'search'),
    spec: {
      selector: byUid ? { ...labels, [UID_LABEL]: index.metadata.uid } : labels,
      ports: [{ name: 'http', port: SEARCH_PORT, targetPort: 'http', protocol: 'TCP' }],
    },
  };
}

/**
 * Has no address of its own: its name stands for those of all pods that are ready, each of which the indexer nudges.
 */
export function searchPodsService(index: RegistryIndex): KubeObject {
  const { metadata } = index;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: childMetadata(index, 'search', 'pods'),
    spec: {
      clusterIP: 'None',
      selector: { ...labelsOf(metadata.name, 'search'), [UID_LABEL]: metadata.uid },
      ports: [{ name: 'nudge', port: NUDGE_PORT, targetPort: 'nudge', protocol: 'TCP' }],
    },
  };
}

/** The in-cluster URL of the search service. */
export function searchEndpoint({ metadata }: RegistryIndex): string {
  return `http://${childName(metadata.name, 'search')}.${metadata.namespace}.svc:${SEARCH_PORT}`;
}
