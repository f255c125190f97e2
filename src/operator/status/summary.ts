import {
  type ConditionType,
  isFalse,
  isTrue,
  isUnknown,
  type PresentCondition,
  type Statement,
} from '../../api/conditions.ts';
import type { Outcome } from '../../kube/outcome.ts';
import type { Finding } from './step-result.ts';

/** Ready is all of these; the first that is not says why. */
const PARTS: readonly ConditionType[] = ['TablesReady', 'BackfillComplete', 'SearchAvailable'];

type Said = Pick<PresentCondition, 'type' | 'status' | 'reason' | 'message'>;

/** Ready, Reconciling and Stalled, as kstatus and `kubectl wait` read them, from what the steps found. */
export function summarise(parts: readonly Said[], outcome: Outcome, unready?: Finding['unready']): Statement[] {
  if (outcome.kind === 'stalled') {
    const { reason, message } = outcome;
    return [isFalse('Ready', reason, message), isFalse('Reconciling', reason), isTrue('Stalled', reason, message)];
  }
  const needed = PARTS.map((type) => parts.find((said) => said.type === type) ?? isUnknown(type, 'NotYetKnown'));
  const missing = needed.find(({ status }) => status !== 'True') ?? unready;
  if (!missing)
    return [
      isTrue('Ready', 'Ready', 'everything can be searched'),
      isFalse('Reconciling', 'Ready'),
      isFalse('Stalled', 'Ready'),
    ];
  const { reason, message } = missing;
  return [isFalse('Ready', reason, message), isTrue('Reconciling', reason, message), isFalse('Stalled', reason)];
}

/** The most urgent of the outcomes: a stall ends a pass, a failure is tried again, else the earliest look counts. */
export function mostUrgent(findings: readonly Finding[]): Outcome {
  const outcomes = findings.map(({ outcome }) => outcome);
  const first = outcomes.find(({ kind }) => kind === 'stalled') ?? outcomes.find(({ kind }) => kind === 'retry');
  if (first) return first;
  const delays = outcomes.flatMap((outcome) => (outcome.kind === 'after' ? [outcome.ms] : []));
  return delays.length > 0 ? { kind: 'after', ms: Math.min(...delays) } : { kind: 'done' };
}
