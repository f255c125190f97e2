import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { deserialize, serialize } from 'node:v8';
import { type Item, isItem, isNumber, isText } from '../../dynamodb/items/item.ts';
import { DynamoDbError } from './dynamodb-error.ts';
import { comparisonsOf, conditionOf, placeholdersOf, projectionOf } from './expression.ts';
import type { StoredTable, StoredTables } from './stored-tables.ts';

/** Items of one answer to a Scan or a Query: an answer is made in one go, and blocks its thread for so long. */
const PAGE_ITEMS = 250;

type Operation = (request: Item) => object;

/** Operations about items. An item is a row: the item as V8 serializes it, with its key and the keys of its index. */
export function createItemOperations(database: DatabaseSync, tables: StoredTables): ReadonlyMap<string, Operation> {
  const one = database.prepare('SELECT body FROM items WHERE tableId = ? AND key = ?');
  const put = database.prepare(
    'INSERT OR REPLACE INTO items (tableId, key, indexHash, indexRange, body) VALUES (?, ?, ?, ?, ?)',
  );
  const insert = database.prepare(
    'INSERT OR IGNORE INTO items (tableId, key, indexHash, indexRange, body) VALUES (?, ?, ?, ?, ?)',
  );
  const remove = database.prepare('DELETE FROM items WHERE tableId = ? AND key = ?');
  const scan = database.prepare(
    'SELECT body FROM items WHERE tableId = ? AND (? IS NULL OR key > ?) ORDER BY key LIMIT ?',
  );
  const queries = new Map<string, StatementSync>();
  const inserts = new Map<string, Insert>();

  function read(table: StoredTable, key: SQLInputValue): Item | undefined {
    const row = one.get(table.id, key);
    return row && itemIn(row.body);
  }

  function write(table: StoredTable, item: Item): void {
    put.run(...rowOf(table, item));
  }

  /** Writes under a condition on the present item, which no other connection can change meanwhile. */
  function under(request: Item, key: (table: StoredTable) => SQLInputValue, act: (table: StoredTable) => void): object {
    const table = tables.find(request.TableName);
    const holds = conditionOf(request.ConditionExpression, placeholdersOf(request));
    atOnce(database, () => {
      const present = request.ConditionExpression === undefined ? {} : (read(table, key(table)) ?? {});
      if (!holds(present)) throw failedCondition(request, present);
      act(table);
    });
    return {};
  }

  function putItem(request: Item): object {
    const item = itemOf(request.Item);
    return under(
      request,
      (table) => keyOf(table, item),
      (table) => write(table, item),
    );
  }

  function deleteItem(request: Item): object {
    const key = (table: StoredTable) => keyOf(table, itemOf(request.Key));
    return under(request, key, (table) => void remove.run(table.id, key(table)));
  }

  function getItem({ TableName, Key }: Item): object {
    const table = tables.find(TableName);
    const found = read(table, keyOf(table, itemOf(Key)));
    return found ? { Item: found } : {};
  }

  function batchGetItem({ RequestItems }: Item): object {
    const Responses = Object.fromEntries(
      Object.entries(itemOf(RequestItems)).map(([name, wanted]) => {
        const { Keys, ProjectionExpression, ...request } = itemOf(wanted);
        const table = tables.find(name);
        const project = projected(ProjectionExpression, request);
        const keys = (Array.isArray(Keys) ? Keys : []).map((key) => keyOf(table, itemOf(key)));
        const items = keys.map((key) => read(table, key)).filter((item) => item !== undefined);
        return [name, items.map(project)];
      }),
    );
    return { Responses, UnprocessedKeys: {} };
  }

  /** All items are in the first segment: nothing would be faster in several. */
  function scanTable(request: Item): object {
    const { TableName, Segment = 0, ExclusiveStartKey } = request;
    const table = tables.find(TableName);
    if (Segment !== 0) return { Items: [], Count: 0, ScannedCount: 0 };
    const limit = limitOf(request);
    const from = ExclusiveStartKey === undefined ? null : keyOf(table, itemOf(ExclusiveStartKey));
    const items = scan.all(table.id, from, from, limit).map(({ body }) => itemIn(body));
    const last = items.length < limit ? undefined : items.at(-1);
    const passes = conditionOf(request.FilterExpression, placeholdersOf(request));
    const Items = items.filter(passes).map(projected(request.ProjectionExpression, request));
    const next = last ? { LastEvaluatedKey: { [table.keyAttribute]: last[table.keyAttribute] } } : {};
    return { Items, Count: Items.length, ScannedCount: items.length, ...next };
  }

  /** Of the index alone, which has keys only. */
  function query(request: Item): object {
    const table = tables.find(request.TableName);
    const index = indexNamed(table, request.IndexName);
    const { keyAttribute } = table;
    const { sql, values } = indexQuery(table, index, request);
    const statement = queries.get(sql) ?? database.prepare(sql);
    queries.set(sql, statement);
    const limit = limitOf(request);
    const Items = statement
      .all(table.id, ...values, limit)
      .map((row) => ({ [keyAttribute]: row.key, [index.hash]: row.indexHash, [index.range]: row.indexRange }));
    const last = Items.length < limit ? undefined : Items.at(-1);
    return { Items, Count: Items.length, ...(last ? { LastEvaluatedKey: last } : {}) };
  }

  function insertAll({ Statements }: Item): object {
    const statements: unknown[] = Array.isArray(Statements) ? Statements : [];
    const inserted = (statement: unknown) => {
      const { Statement, Parameters } = itemOf(statement);
      const { table, names } = insertOf(String(Statement));
      const parameters: unknown[] = Array.isArray(Parameters) ? Parameters : [];
      const item = Object.fromEntries(names.map((name, at) => [name, parameters[at]]));
      const { changes } = insert.run(...rowOf(tables.find(table), item));
      return changes === 0 ? { Error: { Code: 'DuplicateItem' } } : {};
    };
    return { Responses: atOnce(database, () => statements.map(inserted)) };
  }

  /** Most items of a load have the same attributes, and so the same statement. */
  function insertOf(statement: string): Insert {
    const parsed = inserts.get(statement) ?? parseInsert(statement);
    inserts.set(statement, parsed);
    return parsed;
  }

  return new Map([
    ['PutItem', putItem],
    ['DeleteItem', deleteItem],
    ['GetItem', getItem],
    ['BatchGetItem', batchGetItem],
    ['Scan', scanTable],
    ['Query', query],
    ['BatchExecuteStatement', insertAll],
  ]);
}

type StoredIndex = NonNullable<StoredTable['index']>;

function indexNamed({ index }: StoredTable, name: unknown): StoredIndex {
  if (index && index.name === name) return index;
  throw new DynamoDbError('ValidationException', `The table does not have the specified index: ${name}`);
}

interface IndexQuery {
  /** After the table comes a place for each value, and then one for the limit. */
  readonly sql: string;
  readonly values: readonly SQLInputValue[];
}

function indexQuery(table: StoredTable, { hash, range }: StoredIndex, request: Item): IndexQuery {
  const placed = new Map([
    [hash, 'indexHash'],
    [range, 'indexRange'],
  ]);
  const comparisons = comparisonsOf(request.KeyConditionExpression, placeholdersOf(request));
  const clauses = comparisons.map(({ attribute, operator }) => {
    const column = placed.get(attribute);
    if (column === undefined) throw new DynamoDbError('ValidationException', `${attribute} is no key of the index`);
    return `AND ${column} ${operator} ?`;
  });
  const { ExclusiveStartKey: start } = request;
  const after = isItem(start) ? [indexValue(start[range]), keyOf(table, start)] : [];
  const sql = `SELECT key, indexHash, indexRange FROM items WHERE tableId = ? ${clauses.join(' ')}
      ${after.length > 0 ? 'AND (indexRange, key) > (?, ?)' : ''} ORDER BY indexRange, key LIMIT ?`;
  return { sql, values: [...comparisons.map(({ value }) => indexValue(value)), ...after] };
}

/** Does `work` in one transaction, which begins with the right to write, so that what it reads stays as it is. */
function atOnce<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

const INSERT = /^INSERT INTO "([^"]+)" VALUE \{(.*)\}$/s;

interface Insert {
  readonly table: string;
  /** Of the attributes, in the order of the parameters. */
  readonly names: readonly string[];
}

/** The one kind of PartiQL that is known: every attribute is given by a parameter. */
function parseInsert(statement: string): Insert {
  const [, table, fields = ''] = INSERT.exec(statement) ?? [];
  if (table === undefined)
    throw new DynamoDbError('ValidationException', 'Statement wasn’t well formed, can’t be processed');
  return { table, names: [...fields.matchAll(/'([^']+)': \?/g)].map(([, name = '']) => name) };
}

function failedCondition({ ReturnValuesOnConditionCheckFailure: wanted }: Item, present: Item): DynamoDbError {
  const name = 'ConditionalCheckFailedException';
  return new DynamoDbError(name, 'The conditional request failed', wanted === 'ALL_OLD' ? present : undefined);
}

function keyOf({ keyAttribute }: StoredTable, item: Item): SQLInputValue {
  const key = item[keyAttribute];
  if (isText(key) || isNumber(key)) return key;
  throw new DynamoDbError('ValidationException', `One of the required keys was not given a value: ${keyAttribute}`);
}

/** The values of a row, in the order of its columns. */
function rowOf(table: StoredTable, item: Item): SQLInputValue[] {
  const { id, index } = table;
  const hash = index ? indexValue(item[index.hash]) : null;
  const range = index ? indexValue(item[index.range]) : null;
  return [id, keyOf(table, item), hash, range, serialize(item)];
}

/** Items without it are not in the index. */
function indexValue(value: unknown): SQLInputValue {
  return isText(value) || isNumber(value) ? value : null;
}

function projected(expression: unknown, request: Item): (item: Item) => Item {
  const wanted = projectionOf(expression, placeholdersOf(request).names);
  if (wanted === undefined) return (item) => item;
  return (item) => {
    const some: Record<string, unknown> = {};
    for (const name of wanted) if (item[name] !== undefined) some[name] = item[name];
    return some;
  };
}

function limitOf({ Limit }: Item): number {
  return isNumber(Limit) ? Math.min(Limit, PAGE_ITEMS) : PAGE_ITEMS;
}

function itemOf(value: unknown): Item {
  if (isItem(value)) return value;
  throw new DynamoDbError('ValidationException', 'a part of the request is no map');
}

/** What is left of a write that ended halfway is no row, so a row is whole. */
function itemIn(body: unknown): Item {
  const item: unknown = body instanceof Uint8Array ? deserialize(body) : undefined;
  return isItem(item) ? item : {};
}
