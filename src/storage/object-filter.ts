import type { RegistryIndexSpec } from '../api/generated.ts';
import { trimSlashes } from '../api/settings.ts';
import { DEFAULT_V1_ROOTS } from './open.ts';
import { createV1Keys } from './v1/keys.ts';
import { createV2Keys } from './v2/keys.ts';

/**
 * The keys whose events matter, by what they begin and end with; a push writes two dozen others. They are those of
 * the registry's layout, and where that is detected, of distribution's.
 */
export function objectFilter({ storage }: Pick<Partial<RegistryIndexSpec>, 'storage'>) {
  const root = trimSlashes(storage?.rootDirectory ?? '');
  if (storage?.layout !== 'V1') return { prefix: createV2Keys(root).repositories, suffix: '/current/link' };
  return { prefix: createV1Keys(root || DEFAULT_V1_ROOTS[0]).repositories, suffix: '' };
}
