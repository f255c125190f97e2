import { DEPLOYMENT, type KubeObject, keyOf } from '../../kube/resource.ts';
import type { ReconcileContext } from '../context.ts';
import { ensureCached, isChildOf } from './children.ts';
import type { PodUser } from './pod-secrets.ts';
import type { PodRuntime, SecretVariable } from './pod-template.ts';

/** What the pods of one user of credentials need besides their RegistryIndex. A resync uses those of the backfill. */
export function podRuntime(context: ReconcileContext, user: PodUser): PodRuntime {
  const { deps, podSecrets, podRoles, versionKey, caVersions } = context;
  return {
    image: deps.image,
    defaults: deps.podDefaults,
    secret: podSecrets[user],
    role: podRoles?.[user],
    versionKey,
    caVersion: caVersions?.[user],
  };
}

/**
 * Applies a Deployment. Without the key nothing can be told of its Secrets, so one that has any stays as it is until
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
