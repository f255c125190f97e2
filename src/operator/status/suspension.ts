import { isFalse, type Statement } from '../../api/conditions.ts';
import type { RegistryIndex } from '../../api/registry-index.ts';

/** Deleting a resource goes before leaving it as it is. */
export function isSuspended({ metadata, spec }: Pick<RegistryIndex, 'metadata' | 'spec'>): boolean {
  return spec.suspend === true && metadata.deletionTimestamp === undefined;
}

/** All that is said of a suspended resource: whether it is ready was last seen before, and stays as it was. */
export const SUSPENDED: readonly Statement[] = [
  isFalse('Reconciling', 'Suspended', 'suspend is set: everything is left as it is'),
  isFalse('Stalled', 'Suspended'),
];
