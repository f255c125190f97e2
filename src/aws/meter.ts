import type { SendOperation } from './clients.ts';

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

const READS: ReadonlySet<string> = new Set(['BatchGetItem', 'Query', 'Scan']);

/** Counts in `meter` what is sent. */
export function metered(send: SendOperation, meter: Meter): SendOperation {
  return async (operation, input, signal) => {
    const isRead = READS.has(operation);
    meter[isRead ? 'reads' : 'writes'] += 1;
    const answer = await send(operation, { ...input, ReturnConsumedCapacity: 'TOTAL' }, signal);
    meter[isRead ? 'readUnits' : 'writeUnits'] += unitsOf(answer);
    return answer;
  };
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
