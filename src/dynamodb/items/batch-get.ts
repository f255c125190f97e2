import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import { backoffMs } from '../../async/retry.ts';
import { sleep } from '../../async/sleep.ts';
import { ServiceError } from '../../aws/errors.ts';
import type { Item } from './item.ts';
import type { TableAccess } from './table-access.ts';

type Key = Record<string, string | number>;

/** DynamoDB's limit for one request. */
const BATCH_KEYS = 100;
const FRUITLESS_ATTEMPTS = 10;
const BACKOFF = { baseMs: 50, capMs: 5_000 };

/** A table, and the attributes that are wanted of its items; all of them when left out. */
export interface ProjectedTable extends TableAccess {
  readonly attributes?: readonly string[] | undefined;
}

/** The wanted attributes as parameters of a request. */
export function projectionOf(attributes: readonly string[]) {
  return {
    ProjectionExpression: attributes.map((name) => `#${name}`).join(', '),
    ExpressionAttributeNames: Object.fromEntries(attributes.map((name) => [`#${name}`, name])),
  };
}

/**
 * Consistent reads of any number of distinct keys; returns the existing items, in no order. Single items are read this
 * way too, which costs the same and needs no further right.
 */
export async function batchGet(access: ProjectedTable, keys: readonly Key[], signal: AbortSignal): Promise<Item[]> {
  const items: Item[] = [];
  for (let start = 0; start < keys.length; start += BATCH_KEYS) {
    items.push(...(await getBatch(access, keys.slice(start, start + BATCH_KEYS), signal)));
  }
  return items;
}

/**
 * DynamoDB may leave keys unprocessed (throttled, or over 16 MB); those are requested again. An answer that processes
 * no key counts as fruitless, and several in a row as a failure.
 */
async function getBatch(access: ProjectedTable, keys: Key[], signal: AbortSignal): Promise<Item[]> {
  const items: Item[] = [];
  let fruitless = 0;
  for (let pending = keys; pending.length > 0; ) {
    if (fruitless > 0) await sleep(backoffMs(fruitless, BACKOFF), signal);
    const answer = await getOnce(access, pending, signal);
    items.push(...answer.items.slice(0, pending.length));
    fruitless = answer.unprocessed.length < pending.length ? 0 : fruitless + 1;
    if (fruitless >= FRUITLESS_ATTEMPTS) throw throttled(access.table);
    pending = answer.unprocessed;
  }
  return items;
}

async function getOnce({ client, table, call, attributes }: ProjectedTable, keys: Key[], signal: AbortSignal) {
  const projection = attributes ? projectionOf(attributes) : {};
  const wanted = { Keys: keys, ConsistentRead: true, ...projection };
  const command = new BatchGetCommand({ RequestItems: { [table]: wanted } });
  const answer = await call.patiently((options) => client.send(command, options), signal);
  const items: Item[] = answer.Responses?.[table] ?? [];
  const unprocessed: Key[] = answer.UnprocessedKeys?.[table]?.Keys ?? [];
  return { items, unprocessed: unprocessed.slice(0, keys.length) };
}

function throttled(table: string): ServiceError {
  return new ServiceError({ kind: 'retryable', reason: 'Throttled', message: `table ${table} leaves reads undone` });
}
