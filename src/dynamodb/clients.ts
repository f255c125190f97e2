import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { hashOf } from '../api/names.ts';
import { type ClientOptions, createDynamoClient } from '../aws/clients.ts';

/** One endpoint's clients for one pair of keys. */
export interface DynamoClients {
  readonly control: DynamoDBClient;
  /** Its callers retry, because a retry must differ from the first try. */
  readonly data: DynamoDBClient;
  close(): void;
}

export type ConnectOptions = Omit<ClientOptions, 'maxAttempts'>;

export function connect(options: ConnectOptions): DynamoClients {
  const control = createDynamoClient(options);
  const data = createDynamoClient({ ...options, maxAttempts: 1 });
  return {
    control,
    data,
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
