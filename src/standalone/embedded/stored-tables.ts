import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { type Item, isItem } from '../../dynamodb/items/item.ts';
import { isRecord } from '../../json/is-record.ts';
import { DynamoDbError } from './dynamodb-error.ts';

/** A table, and what its items and its one index are sorted by. */
export interface StoredTable {
  readonly id: number;
  readonly keyAttribute: string;
  readonly index: { readonly name: string; readonly hash: string; readonly range: string } | undefined;
}

/** Operations about tables. A table is active as soon as it is created, and keeps tags only from TagResource. */
export interface StoredTables {
  /** Throws a DynamoDbError for a table that does not exist. */
  find(name: unknown): StoredTable;
  readonly operations: ReadonlyMap<string, (request: Item) => object>;
}

const ARN = 'arn:aws:dynamodb:embedded:000000000000:table/';

export function createStoredTables(database: DatabaseSync): StoredTables {
  const insert = database.prepare('INSERT INTO tables (name, description, tags) VALUES (?, ?, ?)');
  const select = database.prepare('SELECT id, description, tags FROM tables WHERE name = ?');
  const update = database.prepare('UPDATE tables SET description = ?, tags = ? WHERE id = ?');
  const remove = database.prepare('DELETE FROM tables WHERE id = ?');
  const removeItems = database.prepare('DELETE FROM items WHERE tableId = ?');
  const names = database.prepare('SELECT name FROM tables ORDER BY name');

  /** The key schemas that operations on items need, so that no description is parsed twice. */
  const known = new Map<string, Omit<StoredTable, 'id'>>();

  function find(name: unknown): StoredTable {
    const { id, description } = selected(name);
    const found = known.get(description) ?? placesIn(recordIn(description));
    known.set(description, found);
    return { id, ...found };
  }

  function selected(name: unknown) {
    const found = select.get(String(name));
    if (!found)
      throw new DynamoDbError('ResourceNotFoundException', `Requested resource not found: Table: ${name} not found`);
    return { id: Number(found.id), description: String(found.description), tags: String(found.tags) };
  }

  function row(name: unknown) {
    const { id, description, tags } = selected(name);
    return { id, description: recordIn(description), tags: recordIn(tags) };
  }

  function create(request: Item): object {
    const { TableName: name } = request;
    if (select.get(String(name))) throw new DynamoDbError('ResourceInUseException', `Table already exists: ${name}`);
    const description = descriptionOf(request);
    insert.run(String(name), JSON.stringify(description), '{}');
    return { TableDescription: shown(description) };
  }

  function change(request: Item): object {
    const { id, description, tags } = row(request.TableName);
    const { BillingMode, ProvisionedThroughput } = request;
    if (BillingMode === undefined && ProvisionedThroughput === undefined)
      throw new DynamoDbError(
        'ValidationException',
        'At least one of ProvisionedThroughput or BillingMode is required',
      );
    const changed = { ...description, ...capacityOf({ BillingMode: billingModeOf(description), ...request }) };
    update.run(JSON.stringify(changed), JSON.stringify(tags), id);
    return { TableDescription: shown(changed) };
  }

  function drop({ TableName }: Item): object {
    const { id, description } = row(TableName);
    removeItems.run(id);
    remove.run(id);
    return { TableDescription: { ...shown(description), TableStatus: 'DELETING' } };
  }

  function changeTags({ ResourceArn }: Item, changed: (tags: Item) => Item): object {
    const { id, description, tags } = row(nameIn(ResourceArn));
    update.run(JSON.stringify(description), JSON.stringify(changed(tags)), id);
    return {};
  }

  return {
    find,
    operations: new Map([
      ['CreateTable', create],
      ['UpdateTable', change],
      ['DeleteTable', drop],
      ['DescribeTable', ({ TableName }: Item) => ({ Table: shown(row(TableName).description) })],
      ['ListTables', () => ({ TableNames: names.all().map(({ name }) => name) })],
      ['TagResource', (request: Item) => changeTags(request, (tags) => ({ ...tags, ...tagsIn(request) }))],
      ['UntagResource', (request: Item) => changeTags(request, (tags) => without(tags, request.TagKeys))],
      [
        'ListTagsOfResource',
        ({ ResourceArn }: Item) => ({
          Tags: Object.entries(row(nameIn(ResourceArn)).tags).map(([Key, Value]) => ({ Key, Value })),
        }),
      ],
    ]),
  };
}

function descriptionOf(request: Item): Item {
  const { TableName, AttributeDefinitions, KeySchema, GlobalSecondaryIndexes } = request;
  const indexes = Array.isArray(GlobalSecondaryIndexes) ? { GlobalSecondaryIndexes } : {};
  return {
    TableName,
    AttributeDefinitions,
    KeySchema,
    ...indexes,
    ...capacityOf(request),
    TableStatus: 'ACTIVE',
    TableArn: `${ARN}${TableName}`,
    TableId: randomUUID(),
    createdAtMs: Date.now(),
  };
}

function capacityOf({ BillingMode, ProvisionedThroughput: units }: Item): Item {
  if (BillingMode === 'PAY_PER_REQUEST')
    return {
      BillingModeSummary: { BillingMode },
      ProvisionedThroughput: { ReadCapacityUnits: 0, WriteCapacityUnits: 0 },
    };
  return { BillingModeSummary: { BillingMode: 'PROVISIONED' }, ProvisionedThroughput: units };
}

function billingModeOf({ BillingModeSummary: summary }: Item): unknown {
  return isItem(summary) ? summary.BillingMode : undefined;
}

/** As the SDK gives it. */
function shown({ createdAtMs, ...description }: Item): Item {
  return { ...description, CreationDateTime: new Date(Number(createdAtMs)) };
}

function placesIn(description: Item): Omit<StoredTable, 'id'> {
  const [index] = Array.isArray(description.GlobalSecondaryIndexes) ? description.GlobalSecondaryIndexes : [];
  const [keyAttribute = ''] = attributesOf(description.KeySchema);
  if (!isRecord(index)) return { keyAttribute, index: undefined };
  const [hash = '', range = ''] = attributesOf(index.KeySchema);
  return { keyAttribute, index: { name: String(index.IndexName), hash, range } };
}

/** The attribute of the hash key comes first. */
function attributesOf(schema: unknown): string[] {
  const keys: unknown[] = Array.isArray(schema) ? schema : [];
  return keys.filter(isRecord).map(({ AttributeName }) => String(AttributeName));
}

function nameIn(arn: unknown): string {
  return String(arn).slice(ARN.length);
}

function tagsIn({ Tags }: Item): Item {
  const tags: unknown[] = Array.isArray(Tags) ? Tags : [];
  return Object.fromEntries(tags.filter(isRecord).map(({ Key, Value }) => [String(Key), Value]));
}

function without(tags: Item, keys: unknown): Item {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !Array.isArray(keys) || !keys.includes(key)));
}

function recordIn(json: string): Item {
  const value: unknown = JSON.parse(json);
  return isRecord(value) ? value : {};
}
