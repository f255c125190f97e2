import type { RegistryIndex } from '../../api/registry-index.ts';
import { type KubeObject, NAMESPACE } from '../../kube/resource.ts';
import { hasReason } from '../../kube/status-error.ts';
import type { OperatorDeps } from '../context.ts';

/** The namespace of the resource if it is being deleted, and if the operator may know it. */
export async function terminatingNamespace(
  { client }: Pick<OperatorDeps, 'client'>,
  { metadata }: RegistryIndex,
  signal: AbortSignal,
): Promise<KubeObject | undefined> {
  try {
    const namespace = await client.get(NAMESPACE, { namespace: '', name: metadata.namespace }, signal);
    return namespace?.metadata.deletionTimestamp === undefined ? undefined : namespace;
  } catch (error) {
    if (hasReason(error, 'Forbidden')) return undefined;
    throw error;
  }
}
