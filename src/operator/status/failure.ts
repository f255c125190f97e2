import { type ConditionType, type ConditionUpdate, falseCondition, type Problem } from '../../api/conditions.ts';
import { withDeadline } from '../../async/deadline.ts';
import { ServiceError } from '../../aws/errors.ts';
import { retry } from '../../kube/outcome.ts';
import { StatusError } from '../../kube/status-error.ts';
import { ChildNotOurs } from '../kube-objects/children.ts';
import type { StepResult } from './step-result.ts';

/** The result of a step that failed. The queue decides when it is tried again. */
export function failed(type: ConditionType, error: unknown): StepResult {
  const { reason, message } = describeFailure(error);
  return { conditions: [falseCondition(type, reason, message)], outcome: retry(error) };
}

/** What conditions say of an error. */
export function describeFailure(error: unknown): Problem {
  if (error instanceof ServiceError) return error.failure;
  if (error instanceof StepTimedOut) return { reason: 'TimedOut', message: error.message };
  if (error instanceof ChildNotOurs) return { reason: error.name, message: error.message };
  if (error instanceof StatusError) return { reason: 'ApiServerRefused', message: error.message };
  return { reason: 'InternalError', message: 'an unexpected error; the log of the operator has it' };
}

/** The time of one step. Single requests have less, so that the error names the request that was not answered. */
const STEP_SECONDS = 10;

/** What a step asks for, in words for people. */
export interface StepTarget {
  readonly service: string;
  readonly subject: string;
}

/** A step did not end in time, though each of its requests may have. */
export class StepTimedOut extends Error {
  constructor({ service, subject }: StepTarget, cause: unknown) {
    super(`${service} did not answer everything about ${subject} within ${STEP_SECONDS} s; it is tried again`, {
      cause,
    });
    this.name = 'StepTimedOut';
  }
}

/** Takes one step within its time. Rejects with StepTimedOut if the time was over. */
export async function withStepTimeout<T>(
  signal: AbortSignal,
  target: StepTarget,
  step: (limited: AbortSignal) => Promise<T>,
): Promise<T> {
  let isLate = false;
  const watched = (limited: AbortSignal) => {
    limited.addEventListener('abort', () => {
      isLate = !signal.aborted;
    });
    return step(limited);
  };
  return withDeadline(signal, STEP_SECONDS * 1_000, watched).catch((error: unknown) => {
    throw isLate ? new StepTimedOut(target, error) : error;
  });
}

interface Child {
  readonly kind: 'Job' | 'Deployment';
  readonly name: string;
  /** The message of the child's own condition. */
  readonly message?: string | undefined;
}

/**
 * Pods that cannot be created or started look like progress for ever. The message says where Kubernetes gives the
 * cause.
 */
export function waitingForPods(type: ConditionType, { kind, name, message }: Child): ConditionUpdate {
  const way = `see kubectl describe ${kind.toLowerCase()} ${name}, and its pods`;
  return falseCondition(
    type,
    'WaitingForPods',
    `no pod of ${kind} ${name} is ready${message ? ` (${message})` : ''}; ${way}`,
  );
}
