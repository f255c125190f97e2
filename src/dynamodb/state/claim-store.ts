import { isDeepStrictEqual } from 'node:util';
import { DescribeTableCommand, type DynamoDBClient, TagResourceCommand } from '@aws-sdk/client-dynamodb';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { IndexLocation } from '../../api/settings.ts';
import { ServiceError } from '../../aws/errors.ts';
import { batchGet } from '../items/batch-get.ts';
import { putIf, type WriteCondition } from '../items/conditional-put.ts';
import { type Item, readItem, UnreadableItem } from '../items/item.ts';
import type { TableAccess } from '../items/table-access.ts';
import { isAmazons, isUnsupported } from '../items/table-errors.ts';
import { CHUNK_MARK } from '../records/chunk-item.ts';
import { identityOf, readTableTags } from '../tables/table-facts.ts';
import { tagList } from '../tables/table-requests.ts';
import { isUsable, type KnownTags, type TableState } from '../tables/tables.ts';
import {
  type ClaimPlace,
  type ClaimState,
  claimStateOf,
  claimTags,
  type ItemClaim,
  isWhole,
  saidByTags,
} from './claim.ts';
import { OF_OWNER, type TableClaim } from './ownership.ts';

/** A claim that may be written over: none, or one to be replaced. */
export type ReplaceableClaim = Extract<ClaimState, { kind: 'none' | 'said' }>;

/** Both tables as DescribeTable has just shown them. */
export interface DescribedTables {
  readonly version: TableState;
  readonly repository: TableState;
}

/** The claim of the repository table. Rejects with a classified ServiceError. */
export interface ClaimStore {
  read(tables: DescribedTables, signal: AbortSignal): Promise<ClaimState>;
  /** Writes our claim into the table of that identity; `conflict` where its claim is not `seen` any more. */
  write(seen: ReplaceableClaim, identity: string, signal: AbortSignal): Promise<void>;
}

export interface ClaimStoreDeps {
  readonly client: DynamoDBClient;
  readonly items: TableAccess;
  readonly location: IndexLocation;
  readonly claim: TableClaim;
}

export function createClaimStore({ client, items, location, claim }: ClaimStoreDeps): ClaimStore {
  /** Complete tags decide alone: then no rights on items are needed. */
  async function read({ version, repository }: DescribedTables, signal: AbortSignal): Promise<ClaimState> {
    if (repository.kind === 'missing') return { kind: 'unread' };
    const { tags, identity, status, schemaFits } = repository;
    if (tags === 'unread') return { kind: 'unread' };
    const place = placeOf(tags, version, location);
    if (isWhole(saidByTags(tags))) return claimStateOf({ identity, tags, place, item: undefined, isEmpty: false });
    if (!schemaFits || !isUsable(status)) return { kind: 'unread' };
    try {
      const item = await unlessHidden(readClaim(items, signal), tags);
      const isEmpty = item === undefined && place === 'item' && (await holdsNothing(items, signal));
      return claimStateOf({ identity, tags, place, item, isEmpty });
    } catch (error) {
      if (error instanceof UnreadableItem) return { kind: 'unreadable', why: error.message };
      throw error;
    }
  }

  /** Tags cannot be written under a condition, so they are read once more right before. */
  async function writeTags(seen: ReplaceableClaim, identity: string, signal: AbortSignal): Promise<void> {
    const { call, table } = items;
    const describe = new DescribeTableCommand({ TableName: table });
    const { Table } = await call.once((options) => client.send(describe, options), signal);
    if (Table === undefined || identityOf(Table) !== identity) throw overtaken(table);
    const tags = await readTableTags({ client, call, location, table: Table }, signal);
    const says = seen.kind === 'said' && seen.by === 'tags' ? seen.says : {};
    if (!isDeepStrictEqual(saidByTags(tags), says)) throw overtaken(table);
    const command = new TagResourceCommand({ ResourceArn: Table.TableArn, Tags: tagList(claimTags(claim)) });
    await call.once((options) => client.send(command, options), signal);
  }

  async function writeItem(seen: ReplaceableClaim, identity: string, signal: AbortSignal): Promise<void> {
    const condition = seen.kind === 'said' && seen.by === 'item' ? stillSaid(seen) : UNCLAIMED;
    await putIf(items, { item: claimItem(claim, identity), condition }, signal);
  }

  return {
    read,
    async write(seen, identity, signal) {
      if (seen.place === 'item') return writeItem(seen, identity, signal);
      try {
        await writeTags(seen, identity, signal);
      } catch (error) {
        if (!isImpossible(error, location)) throw error;
        await writeItem(seen, identity, signal);
      }
    },
  };
}

/** DynamoDB supports tags. Another service does if one of the tables has any, because both are created with some. */
function placeOf(tags: KnownTags, version: TableState, { endpoint }: IndexLocation): ClaimPlace {
  if (typeof tags === 'string') return 'item';
  const kept = [tags, version.kind === 'present' ? version.tags : 'unread'];
  return isAmazons(endpoint) || kept.some((each) => typeof each !== 'string' && Object.keys(each).length > 0)
    ? 'tags'
    : 'item';
}

async function readClaim(items: TableAccess, signal: AbortSignal): Promise<ItemClaim | undefined> {
  const [item] = await batchGet(items, [CLAIM_KEY], signal);
  return item && parseClaim(item);
}

/** Without rights on items, where tags can be read, no item was written. */
async function unlessHidden<T>(answer: Promise<T>, tags: KnownTags): Promise<T | undefined> {
  return answer.catch((error: unknown) => {
    if (typeof tags !== 'string' && error instanceof ServiceError && error.failure.kind === 'denied') return undefined;
    throw error;
  });
}

async function holdsNothing({ client, table, call }: TableAccess, signal: AbortSignal): Promise<boolean> {
  const command = new ScanCommand({ TableName: table, Limit: 1, ConsistentRead: true });
  const { Items = [] } = await call.patiently((options) => client.send(command, options), signal);
  return Items.length === 0;
}

const UNCLAIMED: WriteCondition = { expression: 'attribute_not_exists(#name)', values: {} };

function stillSaid({ says }: Extract<ReplaceableClaim, { kind: 'said' }>): WriteCondition {
  return { expression: `${OF_OWNER} AND #versionTable = :versionTable`, values: { ...says } };
}

/** Whether tags can be read but not written. */
function isImpossible(error: unknown, location: IndexLocation): boolean {
  const isDenied = error instanceof ServiceError && error.failure.kind === 'denied';
  return isDenied || isUnsupported(error, location);
}

function overtaken(table: string): ServiceError {
  const message = `table ${table}: somebody else has changed it meanwhile`;
  return new ServiceError({ kind: 'conflict', reason: 'Conflict', message });
}

/**
 * The key of the claim within the repository table. Programs of every version ignore it: its name has the mark of
 * chunks, so it is no repository, and it has no epoch, so it is no chunk and never swept.
 */
const CLAIM_KEY = { name: `${CHUNK_MARK}claim` } as const;

/** The claim as an item; it holds only in the table of that identity, not in a copy. */
export function claimItem({ owner, versionTable }: TableClaim, table: string): Item {
  const { cluster, namespace, name } = owner;
  return { ...CLAIM_KEY, owner: { cluster, namespace, name }, versionTable, table };
}

/** Reverses `claimItem`. Throws UnreadableItem. */
export function parseClaim(item: Item): ItemClaim {
  const { text, within } = readItem(item, 'the claim of the repository table');
  const owner = within('owner');
  const says = { cluster: owner.text('cluster'), namespace: owner.text('namespace'), name: owner.text('name') };
  return { says: { ...says, versionTable: text('versionTable') }, table: text('table') };
}
