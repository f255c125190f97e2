import type { ConditionType, ConditionUpdate, Problem } from '../../api/conditions.ts';
import type { RegistryIndexStatus } from '../../api/generated.ts';
import type { Outcome } from '../../kube/outcome.ts';

/** What one step found: conditions, fields of the status, and when to come back. */
export interface StepResult {
  readonly conditions: readonly ConditionUpdate[];
  /** Conditions that say nothing of this resource any more. */
  readonly withdrawn?: readonly ConditionType[];
  readonly status?: StatusFields;
  readonly outcome: Outcome;
  /** What works less well than it should; for the condition Degraded. */
  readonly degradation?: Problem;
  /** Why the resource is not Ready although every condition holds. */
  readonly unready?: Problem;
}

type Fields = Omit<RegistryIndexStatus, 'conditions' | 'observedGeneration'>;

/**
 * A field of undefined is removed. An empty object would not do: server-side apply makes null of it, which is invalid.
 */
export type StatusFields = { readonly [Field in keyof Fields]?: Fields[Field] | undefined };
