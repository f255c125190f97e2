import {
  DescribeContinuousBackupsCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  ListTagsOfResourceCommand,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import type { IndexLocation } from '../../api/settings.ts';
import type { AwsCaller } from '../../aws/call.ts';
import { ServiceError } from '../../aws/errors.ts';
import { isUnsupported } from '../items/table-errors.ts';
import type { TableRole, TableSettings, TableState, TableTags } from './tables.ts';

/** The state of a table; `unknown` where the service does not support the request. */
export interface TableFacts {
  readonly table: TableDescription;
  readonly tags: TableTags;
  readonly pointInTimeRecovery: boolean | 'unknown';
  /** Whether expiry of items is enabled, or being enabled. */
  readonly timeToLive: boolean | 'unknown';
}

export interface TableInQuestion {
  readonly client: DynamoDBClient;
  readonly call: AwsCaller;
  readonly role: TableRole;
  readonly settings: TableSettings;
  readonly table: TableDescription;
}

const MAX_TAG_PAGES = 10;

/** Managed settings that are not in DescribeTable. */
export type SettingsApart = Pick<TableFacts, 'pointInTimeRecovery' | 'timeToLive'>;

export async function readSettingsApart(question: TableInQuestion, signal: AbortSignal): Promise<SettingsApart> {
  const [pointInTimeRecovery, timeToLive] = await Promise.all([
    orUnknown(readRecovery(question, signal)),
    orUnknown(readTimeToLive(question, signal)),
  ]);
  return { pointInTimeRecovery, timeToLive };
}

type TaggedTable = Pick<TableInQuestion, 'client' | 'call' | 'table'> & { readonly location: IndexLocation };

/** The tags of a table, or why they are not known. Rejects with failures that may pass. */
export async function readTableTags(question: TaggedTable, signal: AbortSignal): Promise<TableTags> {
  try {
    return await listTags(question, signal);
  } catch (error) {
    if (isUnsupported(error, question.location)) return 'unsupported';
    const kind = error instanceof ServiceError ? error.failure.kind : undefined;
    if (kind === 'notFound') return 'unread';
    if (kind === 'denied') return 'denied';
    throw error;
  }
}

async function listTags({ client, call, table }: TaggedTable, signal: AbortSignal): Promise<Record<string, string>> {
  const tags: Record<string, string> = {};
  let NextToken: string | undefined;
  // A table has at most fifty tags, which are two to five pages; an endpoint that never ends is not followed.
  for (let page = 0; page < MAX_TAG_PAGES; page += 1) {
    const command = new ListTagsOfResourceCommand({ ResourceArn: table.TableArn, NextToken });
    const answer = await call.once((options) => client.send(command, options), signal);
    for (const { Key, Value } of answer.Tags ?? []) if (Key !== undefined && Value !== undefined) tags[Key] = Value;
    NextToken = answer.NextToken;
    if (!NextToken) break;
  }
  return tags;
}

async function readRecovery({ client, call, table, settings }: TableInQuestion, signal: AbortSignal) {
  if (settings.pointInTimeRecovery === undefined) return false;
  const command = new DescribeContinuousBackupsCommand({ TableName: table.TableName });
  const answer = await call.once((options) => client.send(command, options), signal);
  const recovery = answer.ContinuousBackupsDescription?.PointInTimeRecoveryDescription;
  return recovery?.PointInTimeRecoveryStatus === 'ENABLED';
}

async function readTimeToLive({ client, call, table, role }: TableInQuestion, signal: AbortSignal) {
  if (role === 'version') return false;
  const command = new DescribeTimeToLiveCommand({ TableName: table.TableName });
  const answer = await call.once((options) => client.send(command, options), signal);
  return answer.TimeToLiveDescription?.TimeToLiveStatus !== 'DISABLED';
}

/** The answer; `unknown` after one of `UNKNOWN_AFTER`. */
async function orUnknown<T>(answer: Promise<T>): Promise<T | 'unknown'> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ServiceError && UNKNOWN_AFTER.has(error.failure.reason)) return 'unknown';
    throw error;
  }
}

/** Reasons of failures: it is unsupported or denied, or the table is gone. */
const UNKNOWN_AFTER: ReadonlySet<string> = new Set(['Unsupported', 'TableNotFound', 'AccessDenied']);

type Status = Extract<TableState, { kind: 'present' }>['status'];

const STATUSES: Readonly<Record<string, Status>> = {
  CREATING: 'creating',
  UPDATING: 'updating',
  DELETING: 'deleting',
  ACTIVE: 'active',
  ARCHIVING: 'archived',
  ARCHIVED: 'archived',
  INACCESSIBLE_ENCRYPTION_CREDENTIALS: 'inaccessible',
};

/** An unknown status counts as `updating`: nothing is done to the table until it changes. */
export function statusOf({ TableStatus: status }: TableDescription): Status {
  return (status && STATUSES[status]) || 'updating';
}

/** Different for a table that was recreated or restored from a backup, even under the same name. */
export function identityOf({ TableId, CreationDateTime }: TableDescription): string {
  return TableId ?? `created:${CreationDateTime?.toISOString() ?? 'unknown'}`;
}
