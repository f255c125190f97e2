import {
  type ConditionType,
  type ConditionUpdate,
  falseCondition,
  type PresentCondition,
  trueCondition,
  unknownCondition,
} from '../../api/conditions.ts';
import type { RegistryIndex } from '../../api/registry-index.ts';
import type { Outcome } from '../../kube/outcome.ts';
import type { StepResult } from './step-result.ts';

/** Ready needs all of these. The first that is not True gives its reason. */
const PARTS: readonly ConditionType[] = ['TablesReady', 'BackfillComplete', 'SearchAvailable'];

type Part = Pick<PresentCondition, 'type' | 'status' | 'reason' | 'message'>;

/** Ready, Reconciling and Stalled as kstatus and `kubectl wait` read them. */
export function summarise(
  parts: readonly Part[],
  outcome: Outcome,
  unready?: StepResult['unready'],
): ConditionUpdate[] {
  if (outcome.kind === 'stalled') {
    const { reason, message } = outcome;
    return [
      falseCondition('Ready', reason, message),
      falseCondition('Reconciling', reason),
      trueCondition('Stalled', reason, message),
    ];
  }
  const needed = PARTS.map((type) => parts.find((part) => part.type === type) ?? unknownCondition(type, 'NotYetKnown'));
  const missing = needed.find(({ status }) => status !== 'True') ?? unready;
  if (!missing)
    return [
      trueCondition('Ready', 'Ready', 'everything can be searched'),
      falseCondition('Reconciling', 'Ready'),
      falseCondition('Stalled', 'Ready'),
    ];
  const { reason, message } = missing;
  return [
    falseCondition('Ready', reason, message),
    trueCondition('Reconciling', reason, message),
    falseCondition('Stalled', reason),
  ];
}

/** A stall counts before a failure, a failure before a delay, and of delays the shortest counts. */
export function mostUrgent(results: readonly StepResult[]): Outcome {
  const outcomes = results.map(({ outcome }) => outcome);
  const first = outcomes.find(({ kind }) => kind === 'stalled') ?? outcomes.find(({ kind }) => kind === 'retry');
  if (first) return first;
  const delays = outcomes.flatMap((outcome) => (outcome.kind === 'after' ? [outcome.ms] : []));
  return delays.length > 0 ? { kind: 'after', ms: Math.min(...delays) } : { kind: 'done' };
}

/** A suspended resource is still deleted. */
export function isSuspended({ metadata, spec }: Pick<RegistryIndex, 'metadata' | 'spec'>): boolean {
  return spec.suspend === true && metadata.deletionTimestamp === undefined;
}

/** Nothing else is said of a suspended resource: the other conditions stay as they were last observed. */
export const SUSPENDED: readonly ConditionUpdate[] = [
  falseCondition('Reconciling', 'Suspended', 'suspend is set: everything is left as it is'),
  falseCondition('Stalled', 'Suspended'),
];
