import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { ServiceError } from '../../aws/errors.ts';
import type { Item } from './item.ts';
import type { TableAccess } from './table-access.ts';

/** A condition in DynamoDB's language: `#x` stands for the attribute named x, `:x` for the value `values.x`. */
export interface WriteCondition {
  readonly expression: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** The present item, if any, is of no later epoch. */
export function notOfLaterEpoch(epoch: number): WriteCondition {
  return { expression: 'attribute_not_exists(#epoch) OR #epoch <= :epoch', values: { epoch } };
}

/** The condition as parameters of the document client's commands. */
export function conditionExpression({ expression, values }: WriteCondition) {
  const names = expression.match(/#\w+/g) ?? [];
  const entries = Object.entries(values).map(([name, value]) => [`:${name}`, value]);
  return {
    ConditionExpression: expression,
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [name, name.slice(1)])),
    ...(entries.length > 0 ? { ExpressionAttributeValues: Object.fromEntries(entries) } : {}),
  };
}

/** A put under a condition on the present item. */
export function conditionalPut(table: string, item: Item, condition: WriteCondition): PutCommand {
  return new PutCommand({ TableName: table, Item: item, ...conditionExpression(condition) });
}

/**
 * Puts one item. Rejects with a classified ServiceError: `conflict` where the condition does not hold, which may be the
 * effect of an own attempt whose answer was lost; so callers read after a conflict.
 */
export async function putIf(
  { client, table, call }: TableAccess,
  { item, condition }: { readonly item: Item; readonly condition: WriteCondition },
  signal: AbortSignal,
): Promise<void> {
  await call.patiently((options) => client.send(conditionalPut(table, item, condition), options), signal);
}

export function isConflict(error: unknown): boolean {
  return error instanceof ServiceError && error.failure.kind === 'conflict';
}
