import type { Problem } from '../../api/conditions.ts';
import { type Component, labelsOf } from '../../api/names.ts';
import { isRecord } from '../../json/is-record.ts';
import { conditionsOf } from '../../kube/conditions.ts';
import { type KubeObject, POD } from '../../kube/resource.ts';
import type { ReconcileContext } from '../context.ts';

/** Reasons of problems that are about pods which do not start. */
const ABOUT_PODS: ReadonlySet<string> = new Set(['WaitingForPods', 'RolloutStuck']);

/**
 * The problem with what the pods themselves say of it, where the operator may list pods: an image that cannot be
 * pulled, a Secret that is missing, no node with room, a container that is killed.
 */
export async function withPodCause<P extends Problem>(
  { deps, index, signal }: Pick<ReconcileContext, 'deps' | 'index' | 'signal'>,
  component: Component,
  problem: P,
): Promise<P> {
  if (!deps.readsPods || !ABOUT_PODS.has(problem.reason)) return problem;
  const { name, namespace } = index.metadata;
  const labels = Object.entries(labelsOf(name, component)).map(([key, value]) => `${key}=${value}`);
  const { items } = await deps.client.list(POD, namespace, { labelSelector: labels.join(',') }, signal);
  const cause = podCause(items);
  return cause === undefined ? problem : { ...problem, message: `${cause} (${problem.message})` };
}

/** Why a pod does not run, in Kubernetes' words; that of the first that says so. */
export function podCause(pods: readonly KubeObject[]): string | undefined {
  for (const pod of pods) {
    const cause = schedulingCause(pod) ?? containerCause(pod);
    if (cause !== undefined) return `pod ${pod.metadata.name} ${cause}`;
  }
  return undefined;
}

function schedulingCause(pod: KubeObject): string | undefined {
  const scheduled = conditionsOf(pod).find(({ type }) => type === 'PodScheduled');
  return scheduled?.status === 'False' ? `cannot be scheduled: ${scheduled.message ?? 'no reason given'}` : undefined;
}

/** States of a container that waits for its turn: no problem. */
const ON_ITS_WAY: ReadonlySet<string> = new Set(['ContainerCreating', 'PodInitializing']);

function containerCause({ status }: KubeObject): string | undefined {
  if (!isRecord(status)) return undefined;
  const statuses = [status.initContainerStatuses, status.containerStatuses].flatMap((list) =>
    Array.isArray(list) ? list.filter(isRecord) : [],
  );
  for (const { state, lastState } of statuses) {
    const waiting = partOf(state, 'waiting');
    const ended = partOf(state, 'terminated') ?? partOf(lastState, 'terminated');
    if (ended && ended.exitCode !== 0) return endOf(ended);
    const { reason, message } = waiting ?? {};
    if (typeof reason === 'string' && !ON_ITS_WAY.has(reason)) return [reason, message].filter(Boolean).join(': ');
  }
  return undefined;
}

function partOf(state: unknown, name: 'waiting' | 'terminated'): Record<string, unknown> | undefined {
  const part = isRecord(state) ? state[name] : undefined;
  return isRecord(part) ? part : undefined;
}

function endOf({ reason, exitCode }: Record<string, unknown>): string {
  if (reason === 'OOMKilled') return 'was killed because it used more memory than its limit (OOMKilled)';
  return `ended with exit code ${String(exitCode)}; see its logs`;
}
