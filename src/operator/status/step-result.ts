import type { Statement } from '../../api/conditions.ts';
import type { RegistryIndexStatus } from '../../api/generated.ts';
import type { Outcome } from '../../kube/outcome.ts';

/** What one step of a pass has to say: conditions, fields of the status, and when to look again. */
export interface Finding {
  readonly statements: readonly Statement[];
  readonly status?: StatusFields;
  readonly outcome: Outcome;
  /** What works less well than it should, though everything is as the conditions say. */
  readonly complaint?: Pick<Statement, 'reason' | 'message'>;
  /** Why Ready has to wait although every condition holds. */
  readonly unready?: Pick<Statement, 'reason' | 'message'>;
}

export type StatusFields = Partial<Omit<RegistryIndexStatus, 'conditions' | 'observedGeneration'>>;
