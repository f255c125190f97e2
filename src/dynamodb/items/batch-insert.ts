import { BatchExecuteStatementCommand } from '@aws-sdk/lib-dynamodb';
import { isRetryable, ServiceError } from '../../aws/errors.ts';
import type { Item } from './item.ts';
import { itemBytes } from './item-size.ts';
import type { TableAccess } from './table-access.ts';

/**
 * Inserts an item whose key nobody has, as it is when the request is sent; false says that it was not done so, or not for
 * certain, and the caller puts it by itself. Never rejects.
 */
export type Insert = (itemNow: () => Item, signal: AbortSignal) => Promise<boolean>;

/** PartiQL's limit for one request. */
const BATCH_ITEMS = 25;
/** Far below the limit of a request; larger items gain nothing from company. */
const BATCH_BYTES = 512 * 1024;
/** Few, so that what comes meanwhile goes together. */
const BATCHES_AT_ONCE = 4;

interface Waiting {
  readonly itemNow: () => Item;
  readonly bytes: number;
  readonly signal: AbortSignal;
  readonly end: (inserted: boolean) => void;
}

/**
 * Inserts by PartiQL, many in one request, each with a result of its own: a third of the CPU of single puts, at the same
 * price. No timer is in it: while some batches are under way, what comes next waits and makes the following one. Where
 * an endpoint does not know PartiQL, or the credentials may not use it, or the keys are there already, it is left alone.
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

/** How many of those that wait go together; one at least. */
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
  /** False when it makes no sense to insert any more. */
  readonly goOn: boolean;
}

/** Codes of single statements by which a table says that it is sent too much; the request itself has succeeded. */
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
    // Only what fails has fewer requests sent at once.
    if (codes.some((code) => code !== undefined && OVERLOADED.has(code))) throw overloaded(table);
  };
  // What is asked for together is stopped together; if not, the others are put by themselves.
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
