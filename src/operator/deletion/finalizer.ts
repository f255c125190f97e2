import { FINALIZER } from '../../api/names.ts';
import type { RegistryIndex } from '../../api/registry-index.ts';
import type { OperatorDeps } from '../context.ts';
import { REGISTRY_INDEX } from '../resource.ts';

/** Whether the resource may only be deleted after its tables. */
export function wantsFinalizer({ spec }: RegistryIndex): boolean {
  return spec.deletionPolicy === 'Delete';
}

export function hasFinalizer({ metadata }: RegistryIndex): boolean {
  return metadata.finalizers?.includes(FINALIZER) ?? false;
}

/** Sets the finalizer before the first table is created, and removes it when the tables are to stay. */
export async function ensureFinalizer(
  deps: Pick<OperatorDeps, 'client'>,
  index: RegistryIndex,
  signal: AbortSignal,
): Promise<void> {
  const wanted = wantsFinalizer(index);
  if (wanted !== hasFinalizer(index)) await setFinalizer(deps, { index, wanted }, signal);
}

/** Sets or removes our finalizer. Conditional on the version that was read, so that no other finalizer is lost. */
export async function setFinalizer(
  { client }: Pick<OperatorDeps, 'client'>,
  { index, wanted }: { index: RegistryIndex; wanted: boolean },
  signal: AbortSignal,
): Promise<void> {
  const { name, namespace, resourceVersion, finalizers = [] } = index.metadata;
  const others = finalizers.filter((finalizer) => finalizer !== FINALIZER);
  const next = wanted ? [...others, FINALIZER] : others;
  const patch = { metadata: { resourceVersion, finalizers: next } };
  await client.patch(REGISTRY_INDEX, { namespace, name }, patch, signal);
}
