import { isRecord } from '../json/is-record.ts';
import type { KubeObject } from './resource.ts';

/** A condition of an object, with the fields that Jobs and Deployments fill. */
export interface ObjectCondition {
  readonly type: string;
  readonly status: string;
  readonly message?: string;
  readonly lastTransitionTime: string;
}

/** The conditions of an object; none if it has no status yet. */
export function conditionsOf({ status }: KubeObject): ObjectCondition[] {
  const conditions = isRecord(status) ? status.conditions : undefined;
  return Array.isArray(conditions) ? conditions.filter(isCondition) : [];
}

function isCondition(value: unknown): value is ObjectCondition {
  return isRecord(value) && ['type', 'status', 'lastTransitionTime'].every((field) => typeof value[field] === 'string');
}
