import {
  type DynamoDBClient,
  type TableDescription,
  TagResourceCommand,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import type { IndexLocation } from '../../api/settings.ts';
import type { AwsCaller } from '../../aws/call.ts';
import { isUnsupported } from '../items/table-errors.ts';
import { managedTags } from './drift.ts';
import { EXPIRY_ATTRIBUTE } from './schema.ts';
import { tagList, type UpdateTableChange, updateTableInput } from './table-requests.ts';
import type { ChangeResult, TableChange, TableRole, TableSettings } from './tables.ts';

interface TableToChange {
  readonly client: DynamoDBClient;
  readonly call: AwsCaller;
  readonly location: IndexLocation;
  readonly role: TableRole;
  readonly settings: TableSettings;
  readonly table: TableDescription;
}

/** Makes one change to a table as it was just described. */
export async function changeTable(
  target: TableToChange,
  change: TableChange,
  signal: AbortSignal,
): Promise<ChangeResult> {
  try {
    await send(target, change, signal);
    return 'changed';
  } catch (error) {
    if (isUnsupported(error, target.location)) return 'unsupported';
    throw error;
  }
}

function send(target: TableToChange, change: TableChange, signal: AbortSignal): Promise<unknown> {
  switch (change) {
    case 'tags':
      return setTags(target, signal);
    case 'pointInTimeRecovery':
      return setRecovery(target, signal);
    case 'timeToLive':
      return setTimeToLive(target, signal);
    default:
      return updateTable(target, change, signal);
  }
}

async function updateTable(
  { client, call, settings, table }: TableToChange,
  change: UpdateTableChange,
  signal: AbortSignal,
): Promise<void> {
  const input = updateTableInput(change, settings, table);
  if (input === undefined) return;
  const command = new UpdateTableCommand({ TableName: table.TableName, ...input });
  await call.once((options) => client.send(command, options), signal);
}

function setTags({ client, call, role, settings, table }: TableToChange, signal: AbortSignal) {
  const Tags = tagList(managedTags(role, settings));
  const command = new TagResourceCommand({ ResourceArn: table.TableArn, Tags });
  return call.once((options) => client.send(command, options), signal);
}

function setRecovery({ client, call, settings, table }: TableToChange, signal: AbortSignal) {
  const command = new UpdateContinuousBackupsCommand({
    TableName: table.TableName,
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: settings.pointInTimeRecovery ?? false },
  });
  return call.once((options) => client.send(command, options), signal);
}

function setTimeToLive({ client, call, table }: TableToChange, signal: AbortSignal) {
  const command = new UpdateTimeToLiveCommand({
    TableName: table.TableName,
    TimeToLiveSpecification: { Enabled: true, AttributeName: EXPIRY_ATTRIBUTE },
  });
  return call.once((options) => client.send(command, options), signal);
}
