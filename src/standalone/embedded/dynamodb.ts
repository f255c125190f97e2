import { setImmediate } from 'node:timers/promises';
import type { LocalAnswer } from '../../aws/clients.ts';
import { folderFailure } from '../folder-failure.ts';
import { openDatabase } from './database.ts';
import { createPerform } from './perform.ts';
import { Refusal } from './refusal.ts';

export interface EmbeddedDynamoDb {
  /** For messages. No host can have this name. */
  readonly endpoint: string;
  /** For `openIndex`. Nothing listens on a port, so no other program and no web page can send requests. */
  readonly answer: LocalAnswer;
  /** Aborts when the data can no longer be written or read; its reason is an error that says what to do. */
  readonly broken: AbortSignal;
  close(): void;
}

/** Nothing checks them, but the SDK looks for some. */
export const EMBEDDED_CREDENTIALS = { accessKeyId: 'embedded', secretAccessKey: 'embedded' };

/**
 * A DynamoDB inside this process, on the database of `openDataFolder`, or on one in memory. Throws what SQLite throws
 * if it cannot be opened.
 */
export function openEmbeddedDynamoDb(file?: string): EmbeddedDynamoDb {
  const database = openDatabase(file);
  const perform = createPerform(database);
  const broken = new AbortController();
  const use = { path: file ?? 'the memory', option: '--data' };

  /** Each request is a turn of the event loop, so that a read of many pages leaves room for others. */
  const answer: LocalAnswer = async (operation, input) => {
    await setImmediate();
    broken.signal.throwIfAborted();
    try {
      return perform(operation, input);
    } catch (error) {
      if (error instanceof Refusal) throw error;
      const failure = folderFailure(error, use);
      if (failure) broken.abort(failure);
      throw failure ?? error;
    }
  };

  return {
    endpoint: 'http://dynamodb.embedded.invalid',
    answer,
    broken: broken.signal,
    close: () => database.isOpen && database.close(),
  };
}
