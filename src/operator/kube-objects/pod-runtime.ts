import { DEPLOYMENT, type KubeObject, keyOf } from '../../kube/resource.ts';
import type { ReconcileContext } from '../context.ts';
import { ensureCached, isChildOf } from './children.ts';
import type { PodComponent } from './pod-secrets.ts';
import type { PodRuntime, SecretVariable } from './pod-template.ts';

/** What the pods of one component need besides their RegistryIndex. A resync uses those of the backfill. */
export function podRuntime(context: ReconcileContext, component: PodComponent): PodRuntime {
  const { deps, podSecrets, podRoles, versionKey, caVersions } = context;
  return {
    image: deps.image,
    defaults: deps.podDefaults,
    secret: podSecrets[component],
    role: podRoles?.[component],
    versionKey,
    caVersion: caVersions?.[component],
  };
}

/**
 * Applies a Deployment. Without the key nothing is known of its Secrets, so one that has any stays as it is until
 * the ownership record is seen again.
 */
export async function ensureDeployment(
  context: ReconcileContext,
  { secret, versionKey, variables = [] }: PodRuntime & { readonly variables?: readonly SecretVariable[] },
  wanted: KubeObject,
): Promise<KubeObject> {
  const usesSecrets = secret !== undefined || variables.length > 0;
  const live = context.deps.caches.deployments.get(keyOf(wanted));
  if (live && isChildOf(context.index, live) && usesSecrets && versionKey === undefined) return live;
  return ensureCached(context, DEPLOYMENT, wanted);
}
