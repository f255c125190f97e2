import { type AwsCaller, type AwsCallerOptions, createAwsCaller } from '../../aws/call.ts';
import type { DocumentClient } from './document-client.ts';

/** Access to the items of one table. The client must not retry by itself: `call` does, where that is safe. */
export interface TableAccess {
  readonly client: DocumentClient;
  readonly table: string;
  readonly call: AwsCaller;
}

export interface TablePlace {
  readonly client: DocumentClient;
  readonly table: string;
  /** The endpoint, or service and region, for messages. */
  readonly at: string;
}

export function accessTable({ client, table, at }: TablePlace, options?: AwsCallerOptions): TableAccess {
  return { client, table, call: createAwsCaller({ thing: `table ${table}`, at }, options) };
}
