import { type ConditionType, type ConditionUpdate, falseCondition, trueCondition } from '../../api/conditions.ts';
import { isRecord } from '../../json/is-record.ts';
import { conditionsOf } from '../../kube/conditions.ts';
import type { KubeObject } from '../../kube/resource.ts';
import { waitingForPods } from './failure.ts';

/** Whether search answers and, if not, the reason that its Deployment gives. */
export function searchAvailability(deployment: KubeObject): ConditionUpdate {
  return deploymentAvailability(deployment, SEARCH);
}

/** The condition that shows whether a Deployment is available, and its reasons and texts. */
interface AvailabilityCondition {
  readonly type: ConditionType;
  readonly available: string;
  /** The reason before its first pod is ready. */
  readonly starting: string;
}

const SEARCH: AvailabilityCondition = {
  type: 'SearchAvailable',
  available: 'the search service answers',
  starting: 'StartingSearch',
};

export function deploymentAvailability(
  deployment: KubeObject,
  { type, available, starting }: AvailabilityCondition,
): ConditionUpdate {
  const { name } = deployment.metadata;
  if (numberIn(deployment.status, 'availableReplicas') > 0) return trueCondition(type, 'Available', available);
  if (replicasOf(deployment) === 0)
    return falseCondition(type, 'ScaledToZero', `Deployment ${name} is scaled to 0 replicas`);
  const problem = rolloutProblem(deployment);
  return problem
    ? waitingForPods(type, { kind: 'Deployment', name, message: problem.message })
    : falseCondition(type, starting, `no pod of Deployment ${name} is ready yet`);
}

/** How far a Deployment's newest template is. */
export type Rollout =
  | { readonly kind: 'done' }
  | { readonly kind: 'progressing'; readonly message: string }
  /** Its pods cannot be created, scheduled or started within the progress deadline; earlier pods go on. */
  | { readonly kind: 'stuck'; readonly message: string };

/** As `kubectl rollout status` reads it: pods that a drained node takes away do not undo a rollout. */
export function rolloutOf(deployment: KubeObject): Rollout {
  const { metadata, status } = deployment;
  const isObserved = numberIn(status, 'observedGeneration') >= (metadata.generation ?? 0);
  const problem = isObserved ? rolloutProblem(deployment) : undefined;
  if (problem) return { kind: 'stuck', message: `Deployment ${metadata.name}: ${problem.message}` };
  const wanted = replicasOf(deployment);
  const updated = numberIn(status, 'updatedReplicas');
  if (isObserved && updated >= wanted && numberIn(status, 'replicas') <= updated) return { kind: 'done' };
  const share = isObserved ? `${updated} of ${wanted}` : `some of ${wanted}`;
  return { kind: 'progressing', message: `${share} pods of Deployment ${metadata.name} are of the newest template` };
}

/** Whether all pods are of the newest template and ready. */
export function isRolledOut({ metadata, status }: KubeObject): boolean {
  const updated = numberIn(status, 'updatedReplicas');
  return (
    numberIn(status, 'observedGeneration') >= (metadata.generation ?? 0) &&
    numberIn(status, 'replicas') === updated &&
    numberIn(status, 'availableReplicas') === updated
  );
}

/** How many pods a Deployment wants, whoever has set it. */
export function replicasOf({ spec }: KubeObject): number {
  return numberIn(spec, 'replicas', 1);
}

/** Pods that may not be created (quota, Pod Security, missing ServiceAccount), or pods that do not become ready. */
function rolloutProblem(deployment: KubeObject) {
  const conditions = conditionsOf(deployment);
  const failure = conditions.find(({ type, status }) => type === 'ReplicaFailure' && status === 'True');
  return failure ?? conditions.find(({ type, status }) => type === 'Progressing' && status === 'False');
}

function numberIn(part: unknown, field: string, otherwise = 0): number {
  const value = isRecord(part) ? part[field] : undefined;
  return typeof value === 'number' ? value : otherwise;
}
