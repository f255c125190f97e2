import { QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import { type Item, readItem } from '../items/item.ts';
import type { TableAccess } from '../items/table-access.ts';
import { keyAfter } from '../items/table-scan.ts';
import { FEED_INDEX } from '../tables/schema.ts';

/** One entry of the change feed: `name` was written at `changedAtMs` (the writer's clock). */
export interface Change {
  readonly name: string;
  readonly changedAtMs: number;
}

/** All records by time of change; eventually consistent. */
export interface ChangeFeed {
  readonly shards: number;
  /** Entries of one shard at or after `sinceMs`, oldest first. */
  changes(shard: number, sinceMs: number, signal: AbortSignal): AsyncIterable<Change[]>;
}

export interface ChangeFeedDeps extends TableAccess {
  /** As in the ownership record; another number would miss changes. */
  readonly shards: number;
}

/** Small pages, because parsing one blocks the event loop of a replica that also answers searches. */
const PAGE_CHANGES = 250;

/** Reads the feed index page by page. A change appears there shortly after its write. */
export function createChangeFeed({ shards, ...access }: ChangeFeedDeps): ChangeFeed {
  return { shards, changes: (shard, sinceMs, signal) => readShard(access, { shard, sinceMs }, signal) };
}

async function* readShard(
  { client, table, call }: TableAccess,
  { shard, sinceMs }: { readonly shard: number; readonly sinceMs: number },
  signal: AbortSignal,
): AsyncGenerator<Change[]> {
  let from: QueryCommandInput['ExclusiveStartKey'];
  do {
    const command = new QueryCommand({ ...feedQuery(table, shard, sinceMs), ExclusiveStartKey: from });
    const page = await call.patiently((options) => client.send(command, options), signal);
    if (page.Items && page.Items.length > 0) yield page.Items.map(parseChange);
    from = keyAfter(page.LastEvaluatedKey, from, table);
  } while (from !== undefined);
}

function feedQuery(table: string, shard: number, sinceMs: number): QueryCommandInput {
  return {
    TableName: table,
    IndexName: FEED_INDEX,
    KeyConditionExpression: '#feed = :shard AND #changedAt >= :since',
    ExpressionAttributeNames: { '#feed': 'feed', '#changedAt': 'changedAt' },
    ExpressionAttributeValues: { ':shard': shard, ':since': sinceMs },
    ScanIndexForward: true,
    Limit: PAGE_CHANGES,
  };
}

/** Both fields are keys of the index, so DynamoDB itself has checked their types. */
function parseChange(item: Item): Change {
  const { text, number } = readItem(item, 'an entry of the change feed');
  return { name: text('name'), changedAtMs: number('changedAt') };
}
