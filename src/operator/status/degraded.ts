import { isFalse, isTrue, type Problem } from '../../api/conditions.ts';
import type { RegistryIndexSpec } from '../../api/generated.ts';
import { done } from '../../kube/outcome.ts';
import type { ReconcileContext } from '../context.ts';
import { suppressionReasons } from '../tables/suppressed-changes.ts';
import type { StepResult } from './step-result.ts';

/** What works less well than the resource asks for. The reason is that of the first, the message names all. */
export function degraded({ deps, index }: ReconcileContext, results: readonly StepResult[]): StepResult {
  const { uid, generation } = index.metadata;
  const refused = suppressionReasons(deps.state.of(uid), generation);
  const degradations = [
    ...results.flatMap(({ degradation }) => degradation ?? []),
    ...problemIf('SettingRefused', refused.join('; ')),
    ...problemIf('NotSupportedYet', notSupported(inactiveFields(index.spec))),
  ];
  const [first] = degradations;
  if (!first) return { conditions: [isFalse('Degraded', 'AsExpected')], outcome: done };
  const message = degradations.map((degradation) => degradation.message).join('; ');
  return { conditions: [isTrue('Degraded', first.reason, message)], outcome: done };
}

function problemIf(reason: string, message: string): Problem[] {
  return message === '' ? [] : [{ reason, message }];
}

function notSupported(fields: readonly string[]): string {
  return fields.length === 0 ? '' : `this version does not act on ${fields.join(', ')} yet`;
}

/** Fields that this version knows but does not act on yet: a condition says so, so that nobody waits for them. */
export function inactiveFields({ search }: RegistryIndexSpec): string[] {
  return search?.ingress === undefined ? [] : ['search.ingress'];
}
