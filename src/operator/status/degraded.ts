import { isFalse, isTrue, type Problem } from '../../api/conditions.ts';
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
  ];
  const [first] = degradations;
  if (!first) return { conditions: [isFalse('Degraded', 'AsExpected')], outcome: done };
  const message = degradations.map((degradation) => degradation.message).join('; ');
  return { conditions: [isTrue('Degraded', first.reason, message)], outcome: done };
}

function problemIf(reason: string, message: string): Problem[] {
  return message === '' ? [] : [{ reason, message }];
}
