import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { isRecord } from '../json/is-record.ts';

/**
 * Clocks that are as close are left as they are: an answer tells the second alone, and may have been on its way for
 * some.
 */
const TOLERATED_MS = 10_000;

/**
 * The time by the clock of a service, in milliseconds since 1970: as this process has it, put right where the latest
 * answer says that it is wrong. All who ask one service have one clock by this, whatever those of their nodes show.
 */
export function createServiceClock(
  { middlewareStack }: Pick<DynamoDBClient, 'middlewareStack'>,
  now: () => number,
): () => number {
  let aheadMs = 0;
  middlewareStack.add(
    (next) => async (args) => {
      const answer = await next(args);
      const differenceMs = timeIn(answer.response) - now();
      if (!Number.isNaN(differenceMs)) aheadMs = Math.abs(differenceMs) > TOLERATED_MS ? differenceMs : 0;
      return answer;
    },
    { step: 'deserialize', name: 'serviceClock', priority: 'low' },
  );
  return () => now() + aheadMs;
}

/** NaN where an answer does not tell when it was given. */
function timeIn(response: unknown): number {
  const headers = isRecord(response) ? response.headers : undefined;
  return isRecord(headers) && typeof headers.date === 'string' ? Date.parse(headers.date) : Number.NaN;
}
