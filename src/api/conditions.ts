import { isoTime } from './iso-time.ts';

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
  'Claimed',
  'Ready',
  'TablesReady',
  'BackfillComplete',
  'SearchAvailable',
  'Fresh',
  'Degraded',
  'Reconciling',
  'Stalled',
] as const;

export type ConditionType = (typeof CONDITION_TYPES)[number];

/** A condition as a step sets it; `mergeConditions` adds the time and the generation. */
export type ConditionUpdate = Pick<Condition, 'type' | 'status' | 'reason' | 'message'>;

/** What is wrong, as conditions and events say it. */
export type Problem = Pick<Condition, 'reason' | 'message'>;

export function trueCondition(type: ConditionType, reason: string, message = ''): ConditionUpdate {
  return { type, status: 'True', reason, message };
}

export function falseCondition(type: ConditionType, reason: string, message = ''): ConditionUpdate {
  return { type, status: 'False', reason, message };
}

export function unknownCondition(type: ConditionType, reason: string, message = ''): ConditionUpdate {
  return { type, status: 'Unknown', reason, message };
}

interface Observation {
  readonly generation: number;
  readonly now: Date;
}

/** People read no more. The API server would take longer messages. */
export const MAX_MESSAGE_LENGTH = 1_024;

/**
 * The new list of conditions: every update replaces the condition of its type. The other conditions stay as they are,
 * with the generation that they were observed for. `lastTransitionTime` changes only when the status does, as the API
 * conventions want.
 */
export function mergeConditions(
  present: readonly PresentCondition[],
  updates: readonly ConditionUpdate[],
  { generation, now }: Observation,
): PresentCondition[] {
  const merged = new Map<string, PresentCondition>(present.map((condition) => [condition.type, condition]));
  for (const { type, status, reason, message } of updates) {
    const before = merged.get(type);
    merged.set(type, {
      type,
      status,
      reason,
      message: message.slice(0, MAX_MESSAGE_LENGTH).replace(/[\ud800-\udbff]$/, ''),
      observedGeneration: generation,
      lastTransitionTime: before?.status === status ? before.lastTransitionTime : isoTime(now),
    });
  }
  return [...merged.values()];
}

/** A condition as it comes back from the API server, where an older version of this program may have written it. */
export interface PresentCondition extends Omit<Condition, 'type' | 'observedGeneration'> {
  readonly type: string;
  readonly observedGeneration?: number;
}
