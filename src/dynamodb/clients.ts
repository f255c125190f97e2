import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { hashOf } from '../api/names.ts';
import { type ClientOptions, createDynamoClient } from '../aws/clients.ts';
import { createServiceClock } from '../aws/service-clock.ts';

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
