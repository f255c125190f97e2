import type { RegistryIndexSpec } from '../api/generated.ts';
import { trimSlashes } from '../api/settings.ts';
import { type PossibleRegistry, registriesAt } from './possible-registries.ts';

/**
 * The keys whose events matter, by what they begin and end with; a push writes two dozen others. They are those of
 * the registry's layout, and where that is detected, of distribution's; `others` of what may be there as well.
 */
export function objectFilter({ storage }: Pick<Partial<RegistryIndexSpec>, 'storage'>) {
  const place = { rootDirectory: trimSlashes(storage?.rootDirectory ?? ''), layout: storage?.layout ?? 'Auto' };
  const [first, ...others] = registriesAt(place);
  return { ...patternOf(first), others: others.map(patternOf) };
}

function patternOf({ repositories: prefix, changedSuffix: suffix }: PossibleRegistry) {
  return { prefix, suffix };
}
