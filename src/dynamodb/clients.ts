import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { hashOf } from '../api/names.ts';
import { type ClientOptions, createDynamoClient, type SendOperation } from '../aws/clients.ts';
import { createDynamoPost } from '../aws/dynamo-post.ts';
import { createItemOperations } from './items/item-operations.ts';

/** One endpoint's clients for one pair of keys. */
export interface DynamoClients {
  readonly control: DynamoDBClient;
  /** As `control`, but it tries once: a retry of its callers must differ from the first try. */
  readonly once: DynamoDBClient;
  /** Operations about items, each tried once too. */
  readonly items: SendOperation;
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
  const once = createDynamoClient({ ...options, maxAttempts: 1 });
  const clock = createServiceClock(now);
  const { maxAnswerBytes, answer } = options;
  const { post, close } = createDynamoPost(once, { maxAnswerBytes, now: clock.now, onDate: clock.hear });
  return {
    control,
    once,
    items: answer ?? createItemOperations({ post }),
    now: clock.now,
    close() {
      control.destroy();
      once.destroy();
      close();
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

export interface ServiceClock {
  readonly now: () => number;
  /** Called with what an answer says of when it was given. */
  hear(date: string | undefined): void;
}

/**
 * The time by the clock of a service, in milliseconds since 1970: as this process has it, put right where the latest
 * answer says that it is wrong. All who ask one service have one clock by this, whatever those of their nodes show.
 */
export function createServiceClock(now: () => number): ServiceClock {
  let aheadMs = 0;
  return {
    now: () => now() + aheadMs,
    hear(date) {
      const differenceMs = Date.parse(date ?? '') - now();
      if (!Number.isNaN(differenceMs)) aheadMs = Math.abs(differenceMs) > TOLERATED_MS ? differenceMs : 0;
    },
  };
}
