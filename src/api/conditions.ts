/** A condition as Kubernetes and kstatus know it. */
export interface Condition {
  readonly type: ConditionType;
  readonly status: 'True' | 'False' | 'Unknown';
  /** A stable single word. */
  readonly reason: string;
  /** What to mend, or how far it is, in a sentence. */
  readonly message: string;
  readonly lastTransitionTime: string;
  readonly observedGeneration: number;
}

export const CONDITION_TYPES = [
  'Ready',
  'TablesReady',
  'BackfillComplete',
  'SearchAvailable',
  'Degraded',
  'Reconciling',
  'Stalled',
] as const;

export type ConditionType = (typeof CONDITION_TYPES)[number];

/** What a step says of a condition; when and for which generation is added by `mergeConditions`. */
export type Statement = Pick<Condition, 'type' | 'status' | 'reason' | 'message'>;

export function isTrue(type: ConditionType, reason: string, message = ''): Statement {
  return { type, status: 'True', reason, message };
}

export function isFalse(type: ConditionType, reason: string, message = ''): Statement {
  return { type, status: 'False', reason, message };
}

export function isUnknown(type: ConditionType, reason: string, message = ''): Statement {
  return { type, status: 'Unknown', reason, message };
}

interface Observation {
  readonly generation: number;
  readonly now: Date;
}

/** The API server refuses longer ones. */
const MAX_MESSAGE_LENGTH = 1_024;

/**
 * The new list of conditions: every statement replaces the condition of its type, others stay as they are.
 * `lastTransitionTime` moves only when the status does, as the API conventions want.
 */
export function mergeConditions(
  present: readonly PresentCondition[],
  statements: readonly Statement[],
  { generation, now }: Observation,
): Condition[] {
  return statements.map((statement) => {
    const before = present.find(({ type }) => type === statement.type);
    const moved = before?.status !== statement.status;
    return {
      ...statement,
      message: statement.message.slice(0, MAX_MESSAGE_LENGTH),
      observedGeneration: generation,
      lastTransitionTime: moved || !before ? now.toISOString().replace(/\.\d+Z$/, 'Z') : before.lastTransitionTime,
    };
  });
}

/** A condition as it comes back from the API server. */
export interface PresentCondition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly lastTransitionTime: string;
}
