import { type ConditionType, isFalse } from '../../api/conditions.ts';
import { ServiceError } from '../../aws/errors.ts';
import { ApiError } from '../../kube/api-error.ts';
import { retry } from '../../kube/outcome.ts';
import { ChildNotOurs } from '../kube-objects/children.ts';
import type { Finding } from './step-result.ts';
import { StepTimedOut } from './step-timeout.ts';

/** A step that failed: the condition names the thing, the queue decides when to try again. */
export function failed(type: ConditionType, error: unknown): Finding {
  const { reason, message } = describeFailure(error);
  return { statements: [isFalse(type, reason, message)], outcome: retry(error) };
}

/** What a condition says of an error. */
export function describeFailure(error: unknown): { reason: string; message: string } {
  if (error instanceof ServiceError) return error.failure;
  if (error instanceof StepTimedOut) return { reason: 'TimedOut', message: error.message };
  if (error instanceof ChildNotOurs) return { reason: error.name, message: error.message };
  if (error instanceof ApiError) return { reason: 'ApiServerRefused', message: error.message };
  return { reason: 'InternalError', message: 'an unexpected error; the log of the operator has it' };
}
