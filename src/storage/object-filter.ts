import type { RegistryIndexSpec } from '../api/generated.ts';
import { trimSlashes } from '../api/settings.ts';
import { registriesAt } from './possible-registries.ts';

/**
 * The keys whose events matter, by what they begin and end with; a push writes two dozen others. They are those of
 * the registry's layout, and where that is detected, of distribution's.
 */
export function objectFilter({ storage }: Pick<Partial<RegistryIndexSpec>, 'storage'>) {
  const place = { rootDirectory: trimSlashes(storage?.rootDirectory ?? ''), layout: storage?.layout ?? 'Auto' };
  const [{ repositories: prefix, changedSuffix: suffix }] = registriesAt(place);
  return { prefix, suffix };
}
