import { type Component, labelsOf, UID_LABEL } from '../../api/names.ts';
import type { RegistryIndex } from '../../api/registry-index.ts';

const MONITORING_PORT = 9090;
/** After this long without a new pod becoming ready the Deployment reports it, and goes on trying. */
const PROGRESS_DEADLINE_SECONDS = 120;

/** How Deployments replace pods: one at a time, each old one staying until a new one is ready. */
export const ONE_BY_ONE = {
  progressDeadlineSeconds: PROGRESS_DEADLINE_SECONDS,
  strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
} as const;

/** Time for the endpoints to drop a pod, and for what it has accepted to be done. */
export const TERMINATION_GRACE_SECONDS = 30;

export interface Port {
  readonly name: string;
  readonly port: number;
}

/** Ports and probes of a container that serves; metrics and health are at a port of their own. */
export function servingContainer(serves: Port, ...others: readonly Port[]) {
  const ports = [serves, { name: 'monitoring', port: MONITORING_PORT }, ...others];
  return {
    ports: ports.map(({ name, port }) => ({ name, containerPort: port, protocol: 'TCP' })),
    readinessProbe: { httpGet: { path: '/readyz', port: 'monitoring' }, periodSeconds: 2, timeoutSeconds: 2 },
    livenessProbe: { httpGet: { path: '/healthz', port: 'monitoring' }, periodSeconds: 10, timeoutSeconds: 5 },
  };
}

/** A port of a Service, which leads to the container's of that name. */
export function servicePort({ name, port }: Port) {
  return { name, port, targetPort: name, protocol: 'TCP' };
}

/** Labels that the pods of one component of this very resource have, and of no other of its name. */
export function podLabels({ metadata }: RegistryIndex, component: Component) {
  return { ...labelsOf(metadata.name, component), [UID_LABEL]: metadata.uid };
}
