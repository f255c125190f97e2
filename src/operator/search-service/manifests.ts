import { childName, labelsOf, UID_LABEL } from '../../api/names.ts';
import type { RegistryIndex } from '../../api/registry-index.ts';
import { settingsOf } from '../../api/settings.ts';
import type { KubeObject } from '../../kube/resource.ts';
import { ownedBy } from '../kube-objects/children.ts';
import { type PodMeans, podTemplate, type Resources } from '../kube-objects/pod-template.ts';

export const SEARCH_PORT = 8080;
const MONITORING_PORT = 9090;
const SNAPSHOT_DIRECTORY = '/var/cache/registry-index';
const SNAPSHOT_MEBIBYTES = 2_048;
/** Time for the endpoints to forget a pod, and for what is under way to be answered. */
const TERMINATION_GRACE_SECONDS = 30;

/** After this long without a pod getting ready the Deployment says so; it goes on trying all the same. */
const PROGRESS_DEADLINE_SECONDS = 120;

const DEFAULT_RESOURCES: Resources = {
  requests: { cpu: '50m', memory: '128Mi' },
  limits: { memory: '1Gi' },
};

/** The search pods. An upgrade replaces them one at a time, each old one staying until a new one has loaded the index. */
export function searchDeployment(index: RegistryIndex, means: PodMeans): KubeObject {
  const { spec } = index;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadataOf(index),
    spec: {
      ...(spec.search?.replicas === undefined ? {} : { replicas: spec.search.replicas }),
      // It can never be changed. Whose a pod is, its ReplicaSet knows without it.
      selector: { matchLabels: labelsOf(index.metadata.name, 'search') },
      progressDeadlineSeconds: PROGRESS_DEADLINE_SECONDS,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: searchPods(index, means),
    },
  };
}

function searchPods(index: RegistryIndex, means: PodMeans) {
  const { spec } = index;
  return podTemplate(
    {
      index,
      component: 'search',
      ...means,
      args: ['search', '--snapshot-dir', SNAPSHOT_DIRECTORY, '--snapshot-mebibytes', String(SNAPSHOT_MEBIBYTES)],
      settings: { index: settingsOf(spec).index },
      resources: spec.search?.resources ?? DEFAULT_RESOURCES,
      serviceAccountName: spec.search?.serviceAccountName ?? spec.serviceAccountName,
    },
    {
      ports: [
        { name: 'http', containerPort: SEARCH_PORT, protocol: 'TCP' },
        { name: 'monitoring', containerPort: MONITORING_PORT, protocol: 'TCP' },
      ],
      readinessProbe: { httpGet: { path: '/readyz', port: 'monitoring' }, periodSeconds: 2, timeoutSeconds: 2 },
      volumeMounts: [{ name: 'snapshot', mountPath: SNAPSHOT_DIRECTORY }],
      livenessProbe: { httpGet: { path: '/healthz', port: 'monitoring' }, periodSeconds: 10, timeoutSeconds: 5 },
    },
    {
      terminationGracePeriodSeconds: TERMINATION_GRACE_SECONDS,
      // It outlives the container, not the pod. A pod that fills more than its limit is evicted, so search keeps below.
      volumes: [{ name: 'snapshot', emptyDir: { sizeLimit: `${SNAPSHOT_MEBIBYTES + 256}Mi` } }],
    },
  );
}

/** Leads to the pods with the labels of this resource and, `byUid`, to no other's: those of earlier versions lack it. */
export function searchService(index: RegistryIndex, byUid: boolean): KubeObject {
  const labels = labelsOf(index.metadata.name, 'search');
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadataOf(index),
    spec: {
      selector: byUid ? { ...labels, [UID_LABEL]: index.metadata.uid } : labels,
      ports: [{ name: 'http', port: SEARCH_PORT, targetPort: 'http', protocol: 'TCP' }],
    },
  };
}

/** The in-cluster URL of the search service. */
export function searchEndpoint({ metadata }: RegistryIndex): string {
  return `http://${childName(metadata.name, 'search')}.${metadata.namespace}.svc:${SEARCH_PORT}`;
}

function metadataOf(index: RegistryIndex) {
  const { name, namespace } = index.metadata;
  return {
    name: childName(name, 'search'),
    namespace,
    labels: labelsOf(name, 'search'),
    ownerReferences: ownedBy(index),
  };
}
