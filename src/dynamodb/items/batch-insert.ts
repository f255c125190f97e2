import { BatchExecuteStatementCommand } from '@aws-sdk/lib-dynamodb';
import { isRetryable, ServiceError } from '../../aws/errors.ts';
import type { Item } from './item.ts';
import { itemBytes } from './item-size.ts';
import type { TableAccess } from './table-access.ts';

/**
 * Inserts an item unless its key exists; `itemNow` is called when the request is sent. False where it is not certain
 * that the item was inserted: then the caller puts it itself. Never rejects.
 */
export type Insert = (itemNow: () => Item, signal: AbortSignal) => Promise<boolean>;

/** PartiQL's limit for one request. */
const BATCH_ITEMS = 25;
/** Far below the limit of a request; batching does not help larger items. */
const BATCH_BYTES = 512 * 1024;
/** Few, so that items gather for the next batch meanwhile. */
const BATCHES_AT_ONCE = 4;

interface Waiting {
  readonly itemNow: () => Item;
  readonly bytes: number;
  readonly signal: AbortSignal;
  readonly end: (inserted: boolean) => void;
}

/**
 * Inserts many items in one PartiQL request, each with a result of its own: a third of the CPU of single puts, at the
 * same price. There is no timer: items that come while batches are under way make the next batch. It switches itself
 * off where the endpoint does not know PartiQL, the credentials may not use it, or most keys exist already.
 */
export function createBatchInsert(access: TableAccess): Insert {
  const waiting: Waiting[] = [];
  let underWay = 0;
  let pays = true;

  async function send(batch: readonly Waiting[]): Promise<void> {
    const { inserted, goOn } = await insertAll(access, batch);
    pays &&= goOn;
    for (const [at, { end }] of batch.entries()) end(inserted[at] ?? false);
    underWay -= 1;
    sendNext();
  }

  function sendNext(): void {
    while (waiting.length > 0 && underWay < BATCHES_AT_ONCE) {
      underWay += 1;
      void send(waiting.splice(0, sizeOfBatch(waiting)));
    }
  }

  return (itemNow, signal) => {
    if (!pays) return Promise.resolve(false);
    return new Promise((end) => {
      if (waiting.length === 0) setImmediate(sendNext);
      waiting.push({ itemNow, bytes: itemBytes(itemNow()), signal, end });
    });
  };
}

/** How many waiting items make the next batch; at least one. */
function sizeOfBatch(waiting: readonly Waiting[]): number {
  let bytes = 0;
  const end = waiting.slice(0, BATCH_ITEMS).findIndex((each, at) => {
    bytes += each.bytes;
    return at > 0 && bytes > BATCH_BYTES;
  });
  return end < 0 ? BATCH_ITEMS : end;
}

interface BatchResult {
  readonly inserted: readonly boolean[];
  /** False when inserting should stop for good. */
  readonly goOn: boolean;
}

/** Error codes of single statements that mean throttling, though the request itself has succeeded. */
const OVERLOADED: ReadonlySet<string> = new Set([
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
  'RequestLimitExceeded',
  'InternalServerError',
]);

async function insertAll({ client, table, call }: TableAccess, batch: readonly Waiting[]): Promise<BatchResult> {
  const [first] = batch;
  if (!first) return { inserted: [], goOn: true };
  let codes: (string | undefined)[] = [];
  const send = async (options: { readonly abortSignal: AbortSignal }) => {
    const { Responses = [] } = await client.send(insertsOf(table, batch), options);
    codes = Responses.map((response) => response.Error && (response.Error.Code ?? 'unknown'));
    // Only a failed call lowers the limit of concurrent requests.
    if (codes.some((code) => code !== undefined && OVERLOADED.has(code))) throw overloaded(table);
  };
  // A batch is aborted with its first item; callers put the other items themselves.
  const passes = await call.once(send, first.signal).then(() => true, isRetryable);
  const duplicates = codes.filter((code) => code === 'DuplicateItem').length;
  return { inserted: codes.map((code) => code === undefined), goOn: passes && duplicates <= batch.length / 2 };
}

function overloaded(table: string): ServiceError {
  return new ServiceError({ kind: 'retryable', reason: 'Throttled', message: `table ${table} leaves writes undone` });
}

function insertsOf(table: string, batch: readonly Waiting[]): BatchExecuteStatementCommand {
  return new BatchExecuteStatementCommand({ Statements: batch.map(({ itemNow }) => insertOf(table, itemNow())) });
}

function insertOf(table: string, item: Item) {
  const fields = Object.entries(item).filter(([, value]) => value !== undefined);
  const names = fields.map(([name]) => `'${name}': ?`).join(', ');
  return { Statement: `INSERT INTO "${table}" VALUE {${names}}`, Parameters: fields.map(([, value]) => value) };
}
