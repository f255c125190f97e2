import { isFalse, isTrue } from '../../api/conditions.ts';
import type { RegistryIndexSpec } from '../../api/generated.ts';
import { done } from '../../kube/outcome.ts';
import type { Pass } from '../context.ts';
import { setAsideReasons } from '../tables/suppressed-changes.ts';
import type { Finding } from './step-result.ts';

type Complaint = NonNullable<Finding['complaint']>;

/** What works less well than the resource asks for, though it works: the first of these by its reason, all in words. */
export function degraded({ deps, index }: Pass, findings: readonly Finding[]): Finding {
  const { uid, generation } = index.metadata;
  const refused = setAsideReasons(deps.memory.of(uid), generation);
  const complaints = [
    ...findings.flatMap(({ complaint }) => complaint ?? []),
    ...complain('SettingRefused', refused.join('; ')),
    ...complain('NotSupportedYet', notSupported(inactiveFields(index.spec))),
  ];
  const [first] = complaints;
  if (!first) return { statements: [isFalse('Degraded', 'AsExpected')], outcome: done };
  const message = complaints.map((complaint) => complaint.message).join('; ');
  return { statements: [isTrue('Degraded', first.reason, message)], outcome: done };
}

function complain(reason: string, message: string): Complaint[] {
  return message === '' ? [] : [{ reason, message }];
}

function notSupported(fields: readonly string[]): string {
  return fields.length === 0 ? '' : `this version does not act on ${fields.join(', ')} yet`;
}

/** Fields that this version knows but does not act on yet: told in a condition, so that nobody waits for them. */
export function inactiveFields({ registry, search, notifications, indexer }: RegistryIndexSpec): string[] {
  const fields: [string, unknown][] = [
    ['registry.url', registry?.url],
    ['search.ingress', search?.ingress],
    ['notifications', notifications],
    ['indexer', indexer],
  ];
  return fields.filter(([, value]) => value !== undefined).map(([field]) => field);
}
