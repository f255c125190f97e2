import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { hashOf } from '../api/names.ts';
import { type ClientOptions, createDynamoClient } from '../aws/clients.ts';
import { isRecord } from '../json/is-record.ts';

/** One endpoint's clients for one pair of keys. */
export interface DynamoClients {
  readonly control: DynamoDBClient;
  /** Its callers retry, because a retry must differ from the first try. */
  readonly data: DynamoDBClient;
  /** The time by the clock of the service; milliseconds since 1970. */
  readonly now: () => number;
  close(): void;
}

export interface ConnectOptions extends Omit<ClientOptions, 'maxAttempts'> {
  /** The clock of this process. */
  readonly now?: () => number;
}

export function connect({ now = Date.now, ...options }: ConnectOptions): DynamoClients {
  const control = createDynamoClient(options);
  const data = createDynamoClient({ ...options, maxAttempts: 1 });
  return {
    control,
    data,
    now: createServiceClock(data, now),
    close() {
      control.destroy();
      data.destroy();
    },
  };
}

/** Clients of many indexes: those with the same endpoint and keys have the same ones, until the last of them closes. */
export interface SharedClients {
  take(options: ConnectOptions): DynamoClients;
}

export function createSharedClients(): SharedClients {
  const shared = new Map<string, { readonly clients: DynamoClients; users: number }>();
  return {
    take(options) {
      const key = hashOf(options, 64);
      const entry = shared.get(key) ?? { clients: connect(options), users: 0 };
      shared.set(key, entry);
      entry.users += 1;
      return {
        ...entry.clients,
        close() {
          entry.users -= 1;
          if (entry.users > 0) return;
          entry.clients.close();
          shared.delete(key);
        },
      };
    },
  };
}

/**
 * Clocks that are so close are left as they are: an answer has the time in whole seconds, and may have been on its way
 * for some.
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
