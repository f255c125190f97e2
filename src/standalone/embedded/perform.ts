import type { DatabaseSync } from 'node:sqlite';
import { isItem } from '../../dynamodb/items/item.ts';
import { Refusal } from './refusal.ts';
import { createItemOperations } from './stored-items.ts';
import { createStoredTables } from './stored-tables.ts';

/**
 * Performs an operation of DynamoDB on plain values, such as a document client's; those of this program are known, and
 * with the results that it relies on. Throws a Refusal, or what SQLite throws.
 */
export type Perform = (operation: string, request: object) => object;

export function createPerform(database: DatabaseSync): Perform {
  const tables = createStoredTables(database);
  const operations = new Map([...tables.operations, ...createItemOperations(database, tables)]);
  return (name, request) => {
    const operation = operations.get(name);
    if (!operation) throw new Refusal('UnknownOperationException', `${name} is not known here`);
    return operation(isItem(request) ? request : {});
  };
}
