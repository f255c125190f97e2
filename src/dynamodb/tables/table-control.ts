import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import type { IndexLocation } from '../../api/settings.ts';
import { type AwsCaller, createAwsCaller } from '../../aws/call.ts';
import { placeOf } from '../../aws/place.ts';
import { isRefusal, notTheService, tableMissing, tableProtected, unless } from '../items/table-errors.ts';
import { driftOf } from './drift.ts';
import { schemaFits } from './schema.ts';
import { changeTable } from './table-changes.ts';
import { identityOf, readSettingsApart, readTableTags, type SettingsApart, statusOf } from './table-facts.ts';
import { createTableInput } from './table-requests.ts';
import type { Extent, TableControl, TableRole, TableSettings, TableState, TableTags } from './tables.ts';

export interface TableControlDeps {
  readonly client: DynamoDBClient;
  /** Does not retry: a repeated deletion could hit a table that another owner has created meanwhile. */
  readonly once: DynamoDBClient;
  readonly location: IndexLocation;
  readonly settings: TableSettings;
}

/** Less than the caller's time for a step, including the SDK's own retries. */
const TIMEOUT_MS = 5_000;

/** What DescribeTable does not tell of an active table, and other requests do. */
interface ReadApart extends SettingsApart {
  readonly identity: string;
  readonly tags: TableTags;
}

interface Reading {
  readonly signal: AbortSignal;
  readonly extent: Extent;
}

/** The two tables at one location, as the settings want them. */
export function createTableControl({ client, once, location, settings }: TableControlDeps): TableControl {
  const at = placeOf('DynamoDB', location);
  const lastRead = new Map<TableRole, ReadApart>();

  function tableOf(role: TableRole): { name: string; call: AwsCaller } {
    const name = role === 'repository' ? location.repositoryTable : location.versionTable;
    return { name, call: createAwsCaller({ thing: `table ${name}`, at }, { timeoutMs: TIMEOUT_MS }) };
  }

  async function find(role: TableRole, signal: AbortSignal): Promise<TableDescription | undefined> {
    const { name, call } = tableOf(role);
    const command = new DescribeTableCommand({ TableName: name });
    const request = call.once((options) => client.send(command, options), signal);
    const answer = await request.catch(unless('notFound'));
    if (answer !== undefined && answer.Table === undefined) throw notTheService(at);
    return answer?.Table;
  }

  async function presentState(role: TableRole, table: TableDescription, read: Reading): Promise<TableState> {
    const status = statusOf(table);
    const identity = identityOf(table);
    const fits = schemaFits(role, table);
    const present = { kind: 'present', status, identity, schemaFits: fits } as const;
    if (!fits || status !== 'active') {
      const isThere = status !== 'creating' && status !== 'deleting';
      const { call } = tableOf(role);
      const tags = isThere ? await readTableTags({ client, call, location, table }, read.signal) : 'unread';
      return { ...present, drift: [], tags };
    }
    const apart = await readApart(role, table, read);
    return { ...present, drift: driftOf(role, settings, { table, ...apart }), tags: apart.tags };
  }

  async function readApart(role: TableRole, table: TableDescription, { signal, extent }: Reading): Promise<ReadApart> {
    const identity = identityOf(table);
    const last = lastRead.get(role);
    if (extent === 'brief' && last?.identity === identity) return last;
    const { call } = tableOf(role);
    const [tags, others] = await Promise.all([
      readTableTags({ client, call, location, table }, signal),
      readSettingsApart({ client, call, role, settings, table }, signal),
    ]);
    const read = { identity, tags, ...others };
    lastRead.set(role, read);
    return read;
  }

  /** Emulators answer no TableId; then DescribeTable gives the time of creation. */
  async function identityAfter(created: TableDescription | undefined, role: TableRole, signal: AbortSignal) {
    const table = created?.TableId === undefined ? await find(role, signal) : created;
    if (table === undefined) throw tableMissing(tableOf(role).name, at);
    return identityOf(table);
  }

  return {
    async describe(role, signal, extent = 'whole') {
      const table = await find(role, signal);
      return table ? presentState(role, table, { signal, extent }) : { kind: 'missing' };
    },

    async create(role, signal) {
      const { name, call } = tableOf(role);
      const command = new CreateTableCommand(createTableInput(role, name, settings));
      const { TableDescription: created } = await call.once((options) => once.send(command, options), signal);
      return identityAfter(created, role, signal);
    },

    async change(role, change, signal) {
      const { name, call } = tableOf(role);
      const table = await find(role, signal);
      if (table === undefined) throw tableMissing(name, at);
      return changeTable({ client, call, location, role, settings, table }, change, signal);
    },

    async remove(role, signal) {
      const { name, call } = tableOf(role);
      const command = new DeleteTableCommand({ TableName: name });
      const request = call.once((options) => once.send(command, options), signal);
      try {
        await request.catch(unless('notFound'));
      } catch (error) {
        const table = isRefusal(error) ? await find(role, signal) : undefined;
        throw table?.DeletionProtectionEnabled ? tableProtected(name, error) : error;
      }
    },
  };
}
