import type { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import type { LocalAnswer } from '../../aws/clients.ts';
import { isItem } from '../../dynamodb/items/item.ts';
import { folderFailure } from '../folder-failure.ts';
import { openDatabase } from './database.ts';
import { DynamoDbError } from './dynamodb-error.ts';
import { createItemOperations } from './stored-items.ts';
import { createStoredTables } from './stored-tables.ts';

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
      if (error instanceof DynamoDbError) throw error;
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

/**
 * Performs an operation of DynamoDB on plain values, such as a document client's; those of this program are known, and
 * with the results that it relies on. Throws a DynamoDbError, or what SQLite throws.
 */
type Perform = (operation: string, request: object) => object;

function createPerform(database: DatabaseSync): Perform {
  const tables = createStoredTables(database);
  const operations = new Map([...tables.operations, ...createItemOperations(database, tables)]);
  return (name, request) => {
    const operation = operations.get(name);
    if (!operation) throw new DynamoDbError('UnknownOperationException', `${name} is not known here`);
    return operation(isItem(request) ? request : {});
  };
}
