import type { ConditionUpdate, Problem } from '../../api/conditions.ts';
import type { RegistryIndexStatus } from '../../api/generated.ts';
import type { Outcome } from '../../kube/outcome.ts';

/** What one step found: conditions, fields of the status, and when to come back. */
export interface StepResult {
  readonly conditions: readonly ConditionUpdate[];
  readonly status?: StatusFields;
  readonly outcome: Outcome;
  /** What works less well than it should; for the condition Degraded. */
  readonly degradation?: Problem;
  /** Why the resource is not Ready although every condition holds. */
  readonly unready?: Problem;
}

export type StatusFields = Partial<Omit<RegistryIndexStatus, 'conditions' | 'observedGeneration'>>;
