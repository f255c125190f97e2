import { isRecord } from '../../json/is-record.ts';
import { apiVersionOf, DEPLOYMENT, type KubeObject, keyOf } from '../../kube/resource.ts';
import type { ReconcileContext } from '../context.ts';
import { FIELD_MANAGER, isChildOf, uidOf } from '../kube-objects/children.ts';
import { replicasOwners } from './replicas-owners.ts';

/** Holds the number of replicas until an autoscaler or a person sets another. */
const KEEPER = `${FIELD_MANAGER}-replicas`;

/**
 * Leaves the number of replicas as it is once the resource no longer says one: an apply without the field would have
 * the API server set it to 1, just when an autoscaler is to take over. A second field manager sets the same number
 * first, which is Kubernetes' way to hand a field over (Server-Side Apply, "Transferring ownership").
 */
export async function handOverReplicas(
  { deps, index, signal }: Pick<ReconcileContext, 'deps' | 'index' | 'signal'>,
  wanted: KubeObject,
): Promise<void> {
  const live = deps.caches.deployments.get(keyOf(wanted));
  const replicas = live && isRecord(live.spec) ? live.spec.replicas : undefined;
  if (index.spec.search?.replicas !== undefined || !live || !isChildOf(index, live)) return;
  if (typeof replicas !== 'number' || !ownsReplicas(live)) return;
  const { namespace, name } = keyOf(live);
  const object = {
    apiVersion: apiVersionOf(DEPLOYMENT),
    kind: DEPLOYMENT.kind,
    metadata: { namespace, name, ...uidOf(live) },
    spec: { replicas },
  };
  await deps.client.apply(DEPLOYMENT, object, { fieldManager: KEEPER, force: true }, signal);
}

/** Whether an apply of ours without the number would remove it. */
function ownsReplicas(deployment: KubeObject): boolean {
  const owners = replicasOwners(deployment);
  return (
    owners.length > 0 && owners.every(({ manager, operation }) => manager === FIELD_MANAGER && operation === 'Apply')
  );
}
