import {
  type ConditionUpdate,
  falseCondition,
  type PresentCondition,
  type Problem,
  trueCondition,
} from '../../api/conditions.ts';
import type { RegistryIndex } from '../../api/registry-index.ts';
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
  if (!first) return { conditions: [falseCondition('Degraded', 'AsExpected')], outcome: done };
  const message = degradations.map((degradation) => degradation.message).join('; ');
  return { conditions: [trueCondition('Degraded', first.reason, message)], outcome: done };
}

function problemIf(reason: string, message: string): Problem[] {
  return message === '' ? [] : [{ reason, message }];
}

/**
 * What deserves a Warning event: what stalls, failed or became degraded for a reason that the status does not have yet.
 * A failure that goes on is in the conditions; an event each time would bury the others.
 */
export function newProblems({ status }: Pick<RegistryIndex, 'status'>, results: readonly StepResult[]): Problem[] {
  const before = status?.conditions ?? [];
  return results.flatMap(({ outcome, conditions }): readonly Problem[] => {
    if (outcome.kind === 'stalled') return isStalled(before, outcome) ? [] : [outcome];
    const problems = outcome.kind === 'retry' ? conditions.filter(isProblem) : conditions.filter(isDegraded);
    return problems.filter((problem) => !wasThere(before, problem));
  });
}

/** Whether it has stalled for this reason and with these words: another mistake may have the same reason. */
function isStalled(before: readonly PresentCondition[], { reason, message }: Problem): boolean {
  return before.some((present) => wasThere([present], trueCondition('Stalled', reason)) && present.message === message);
}

function isProblem({ status }: ConditionUpdate): boolean {
  return status === 'False';
}

/** Reasons of problems that a resync has found, and recorded an event of itself. */
const WITH_OWN_EVENT: ReadonlySet<string> = new Set(['MassDeletion', 'ResyncFailed']);

function isDegraded({ type, status, reason }: ConditionUpdate): boolean {
  return type === 'Degraded' && status === 'True' && !WITH_OWN_EVENT.has(reason);
}

function wasThere(before: readonly PresentCondition[], { type, status, reason }: ConditionUpdate): boolean {
  return before.some((present) => present.type === type && present.status === status && present.reason === reason);
}
