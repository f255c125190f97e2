import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** Requests sent to a DynamoDB, repeated ones included, and the units they took as far as the service reports them. */
export interface Meter {
  reads: number;
  writes: number;
  readUnits: number;
  writeUnits: number;
}

export function createMeter(): Meter {
  return { reads: 0, writes: 0, readUnits: 0, writeUnits: 0 };
}

const READS: ReadonlySet<string> = new Set(['GetItemCommand', 'BatchGetItemCommand', 'QueryCommand', 'ScanCommand']);

/** Lets a client count in `meter` what it sends. */
export function meterClient({ middlewareStack }: Pick<DynamoDBClient, 'middlewareStack'>, meter: Meter): void {
  middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const isRead = READS.has(commandName ?? '');
        meter[isRead ? 'reads' : 'writes'] += 1;
        const answer = await next({ ...args, input: { ...args.input, ReturnConsumedCapacity: 'TOTAL' } });
        meter[isRead ? 'readUnits' : 'writeUnits'] += unitsOf(answer.output);
        return answer;
      },
    { step: 'initialize', name: 'meter', priority: 'low' },
  );
}

/** Requests over several tables answer a list. */
function unitsOf(output: object): number {
  const consumed: unknown = 'ConsumedCapacity' in output ? output.ConsumedCapacity : undefined;
  const parts: unknown[] = Array.isArray(consumed) ? consumed : [consumed];
  return parts.reduce<number>((total, part) => total + unitsOfPart(part), 0);
}

function unitsOfPart(part: unknown): number {
  if (typeof part !== 'object' || part === null || !('CapacityUnits' in part)) return 0;
  return typeof part.CapacityUnits === 'number' ? part.CapacityUnits : 0;
}
