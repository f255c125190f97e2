import { isFalse, isTrue, type Statement } from '../../api/conditions.ts';
import { isRecord } from '../../json/is-record.ts';
import { conditionsOf } from '../../kube/conditions.ts';
import type { KubeObject } from '../../kube/resource.ts';
import { waitingForPods } from '../status/waiting-for-pods.ts';

/** Whether search answers, and what keeps it from that, as its Deployment tells. */
export function searchAvailability(deployment: KubeObject): Statement {
  const { name } = deployment.metadata;
  if (numberIn(deployment.status, 'availableReplicas') > 0)
    return isTrue('SearchAvailable', 'Available', 'the search service answers');
  if (numberIn(deployment.spec, 'replicas', 1) === 0)
    return isFalse('SearchAvailable', 'ScaledToZero', `Deployment ${name} is scaled to 0 replicas`);
  const hindrance = hindranceOf(deployment);
  return hindrance
    ? waitingForPods('SearchAvailable', { kind: 'Deployment', name, says: hindrance.message })
    : isFalse('SearchAvailable', 'StartingSearch', `no pod of Deployment ${name} is ready yet`);
}

/** Whether all pods are of the newest template: none of an earlier one is left, and the new ones are ready. */
export function isRolledOut({ metadata, status }: KubeObject): boolean {
  const updated = numberIn(status, 'updatedReplicas');
  return (
    numberIn(status, 'observedGeneration') >= (metadata.generation ?? 0) &&
    numberIn(status, 'replicas') === updated &&
    numberIn(status, 'availableReplicas') === updated
  );
}

/** Pods that may not be made (a quota, Pod Security, a missing ServiceAccount), or made ones that do not become ready. */
function hindranceOf(deployment: KubeObject) {
  const conditions = conditionsOf(deployment);
  const failure = conditions.find(({ type, status }) => type === 'ReplicaFailure' && status === 'True');
  return failure ?? conditions.find(({ type, status }) => type === 'Progressing' && status === 'False');
}

function numberIn(part: unknown, field: string, otherwise = 0): number {
  const value = isRecord(part) ? part[field] : undefined;
  return typeof value === 'number' ? value : otherwise;
}
