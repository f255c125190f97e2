import { isFalse, isTrue } from '../api/conditions.ts';
import type { RegistryIndexSpec } from '../api/generated.ts';
import { done } from '../kube/outcome.ts';
import type { Finding } from './finding.ts';
import type { Pass } from './pass.ts';
import { setAsideReasons } from './tables/set-aside.ts';

/** What works less well than the resource asks for, though it works. */
export function degraded({ deps, index }: Pass): Finding {
  const inactive = inactiveFields(index.spec);
  const { uid, generation } = index.metadata;
  const reasons = setAsideReasons(deps.memory.of(uid), generation);
  if (reasons.length > 0)
    return { statements: [isTrue('Degraded', 'SettingRefused', reasons.join('; '))], outcome: done };
  if (inactive.length === 0) return { statements: [isFalse('Degraded', 'AsExpected')], outcome: done };
  const message = `this version does not act on ${inactive.join(', ')} yet`;
  return { statements: [isTrue('Degraded', 'NotSupportedYet', message)], outcome: done };
}

/** Fields that this version knows but does not act on yet: told in a condition, so that nobody waits for them. */
export function inactiveFields({ registry, search, resync, notifications, indexer }: RegistryIndexSpec): string[] {
  const fields: [string, unknown][] = [
    ['registry.url', registry?.url],
    ['search.ingress', search?.ingress],
    ['resync', resync],
    ['notifications', notifications],
    ['indexer', indexer],
  ];
  return fields.filter(([, value]) => value !== undefined).map(([field]) => field);
}
