import { FINALIZER } from '../../api/names.ts';
import type { RegistryIndex } from '../../api/registry-index.ts';
import type { OperatorDeps } from '../deps.ts';
import { REGISTRY_INDEX } from '../resource-type.ts';

/** Whether deleting this resource has to wait until its tables are gone. */
export function wantsFinalizer({ spec }: RegistryIndex): boolean {
  return spec.deletionPolicy === 'Delete';
}

export function hasFinalizer({ metadata }: RegistryIndex): boolean {
  return metadata.finalizers?.includes(FINALIZER) ?? false;
}

/** Sees to it, before a table is made that is to go with its resource, that the resource cannot go without it. */
export async function ensureFinalizer(
  deps: Pick<OperatorDeps, 'client'>,
  index: RegistryIndex,
  signal: AbortSignal,
): Promise<void> {
  const wanted = wantsFinalizer(index);
  if (wanted !== hasFinalizer(index)) await setFinalizer(deps, { index, wanted }, signal);
}

/** Sets or removes our finalizer; conditional on the version seen, so that nobody else's is lost. */
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
