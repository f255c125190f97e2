import { isDeepStrictEqual } from 'node:util';
import { ScanCommand, type ScanCommandInput } from '@aws-sdk/lib-dynamodb';
import { merge } from '../../async/merge.ts';
import { ServiceError } from '../../aws/errors.ts';
import type { Item } from './item.ts';
import type { TableAccess } from './table-access.ts';

type ScanInput = Omit<ScanCommandInput, 'TableName'>;

/**
 * Scans all items, or those that pass a filter, page by page in parallel segments. Reads are eventually consistent,
 * which costs half; the change feed brings a replica what it misses.
 */
export async function* scanTable(
  access: TableAccess,
  input: ScanInput & { readonly TotalSegments: number },
  signal: AbortSignal,
): AsyncGenerator<Item[]> {
  const leaving = new AbortController();
  const stop = AbortSignal.any([signal, leaving.signal]);
  const parts = Array.from({ length: input.TotalSegments }, (_, Segment) => {
    return scanPages(access, { ...input, Segment }, stop);
  });
  try {
    yield* merge(parts);
  } finally {
    leaving.abort();
  }
}

/** The non-empty pages of one Scan; `input` adds to its parameters. */
export async function* scanPages(
  { client, table, call }: TableAccess,
  input: ScanInput,
  signal: AbortSignal,
): AsyncGenerator<Item[]> {
  let from: ScanCommandInput['ExclusiveStartKey'];
  do {
    const command = new ScanCommand({ TableName: table, ...input, ExclusiveStartKey: from });
    const page = await call.patiently((options) => client.send(command, options), signal);
    if (page.Items && page.Items.length > 0) yield page.Items;
    from = keyAfter(page.LastEvaluatedKey, from, table);
  } while (from !== undefined);
}

type PageKey = ScanCommandInput['ExclusiveStartKey'];

/** The key of the next page. Throws for a service that answers the same key again, which would never end. */
export function keyAfter(next: PageKey, from: PageKey, table: string): PageKey {
  if (next === undefined || !isDeepStrictEqual(next, from)) return next;
  const message = `table ${table}: the service does not get on with a read of many pages`;
  throw new ServiceError({ kind: 'terminal', reason: 'EndpointInvalid', message });
}
