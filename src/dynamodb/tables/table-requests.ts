import type {
  CreateTableCommandInput,
  GlobalSecondaryIndexUpdate,
  ProvisionedThroughput,
  SSESpecification,
  TableDescription,
  Tag,
  UpdateTableCommandInput,
} from '@aws-sdk/client-dynamodb';
import { claimTags } from '../state/claim.ts';
import { capacityDiffers, isOnDemand, managedTags, maximumDiffers } from './drift.ts';
import { SCHEMAS } from './schema.ts';
import type { Billing, TableRole, TableSettings } from './tables.ts';

type Provisioned = Extract<Billing, { mode: 'Provisioned' }>;
type OnDemand = Extract<Billing, { mode: 'OnDemand' }>;
type TableUpdate = Omit<UpdateTableCommandInput, 'TableName'>;
/** Changes by UpdateTable; others have requests of their own. */
export type UpdateTableChange = 'billing' | 'deletionProtection' | 'kmsKey';

const ON_DEMAND: Billing = { mode: 'OnDemand' };

/** The request that creates a table: on demand unless settings say otherwise, and with its tags from the start. */
export function createTableInput(role: TableRole, name: string, settings: TableSettings): CreateTableCommandInput {
  const { attributes, keys, indexes } = SCHEMAS[role];
  const { billing = ON_DEMAND, deletionProtection, kmsKey } = settings;
  const capacity = capacityOf(role, billing);
  return {
    TableName: name,
    AttributeDefinitions: [...attributes],
    KeySchema: [...keys],
    BillingMode: billing.mode === 'Provisioned' ? 'PROVISIONED' : 'PAY_PER_REQUEST',
    ...capacity,
    ...(indexes.length > 0 ? { GlobalSecondaryIndexes: indexes.map((index) => ({ ...index, ...capacity })) } : {}),
    ...(deletionProtection === undefined ? {} : { DeletionProtectionEnabled: deletionProtection }),
    ...(kmsKey === undefined ? {} : { SSESpecification: encryptionBy(kmsKey) }),
    Tags: tagList(tagsAtCreation(role, settings)),
  };
}

/** The version table has about a write a second and needs no warm throughput. */
function capacityOf(role: TableRole, billing: Billing) {
  if (billing.mode === 'Provisioned') return { ProvisionedThroughput: throughputOf(billing) };
  const { warmThroughput: warm } = billing;
  if (role === 'version' || !warm) return maximumOf(billing);
  const WarmThroughput = { ReadUnitsPerSecond: warm.readUnits, WriteUnitsPerSecond: warm.writeUnits };
  return { ...maximumOf(billing), WarmThroughput };
}

/** What an index may do bounds its table too, because every write to one is a write to the other. */
function maximumOf({ maximum }: OnDemand) {
  if (!maximum) return {};
  const { readUnits, writeUnits } = maximum;
  return {
    OnDemandThroughput: {
      ...(readUnits === undefined ? {} : { MaxReadRequestUnits: readUnits }),
      ...(writeUnits === undefined ? {} : { MaxWriteRequestUnits: writeUnits }),
    },
  };
}

/** The request for one change; undefined where nothing differs, because AWS rejects equal values. */
export function updateTableInput(
  change: UpdateTableChange,
  settings: TableSettings,
  table: TableDescription,
): TableUpdate | undefined {
  const { billing, deletionProtection, kmsKey } = settings;
  switch (change) {
    case 'billing':
      return billing && billingUpdate(billing, table);
    case 'deletionProtection':
      return deletionProtection === undefined ? undefined : { DeletionProtectionEnabled: deletionProtection };
    case 'kmsKey':
      return kmsKey === undefined ? undefined : { SSESpecification: encryptionBy(kmsKey) };
  }
}

/** A repository table is claimed by its creation: of several concurrent ones one succeeds, and its tags say which. */
function tagsAtCreation(role: TableRole, settings: TableSettings): TableSettings['tags'] {
  const managed = managedTags(role, settings);
  return role === 'repository' ? { ...managed, ...claimTags(settings.claim) } : managed;
}

export function tagList(tags: TableSettings['tags']): Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

function billingUpdate(wanted: Billing, table: TableDescription): TableUpdate | undefined {
  if (wanted.mode === 'OnDemand') return onDemandUpdate(wanted, table);
  const fromOnDemand = isOnDemand(table);
  const indexes = indexUpdates(wanted, table, fromOnDemand);
  const tableItself = fromOnDemand || capacityDiffers(wanted, table);
  if (!tableItself && indexes.length === 0) return undefined;
  return {
    ...(fromOnDemand ? { BillingMode: 'PROVISIONED' } : {}),
    ...(tableItself ? { ProvisionedThroughput: throughputOf(wanted) } : {}),
    ...(indexes.length > 0 ? { GlobalSecondaryIndexUpdates: indexes } : {}),
  };
}

function onDemandUpdate(wanted: OnDemand, table: TableDescription): TableUpdate | undefined {
  const mode = isOnDemand(table) ? {} : { BillingMode: 'PAY_PER_REQUEST' as const };
  const tableItself = maximumDiffers(wanted, table) ? maximumOf(wanted) : {};
  const indexes = (table.GlobalSecondaryIndexes ?? [])
    .filter((index) => maximumDiffers(wanted, index))
    .map(({ IndexName }) => ({ Update: { IndexName, ...maximumOf(wanted) } }));
  const update = { ...mode, ...tableItself, ...(indexes.length > 0 ? { GlobalSecondaryIndexUpdates: indexes } : {}) };
  return Object.keys(update).length === 0 ? undefined : update;
}

/** A table that leaves on-demand billing needs units for each of its indexes too. */
function indexUpdates(wanted: Provisioned, table: TableDescription, all: boolean): GlobalSecondaryIndexUpdate[] {
  return (table.GlobalSecondaryIndexes ?? [])
    .filter((index) => all || capacityDiffers(wanted, index))
    .map((index) => ({ Update: { IndexName: index.IndexName, ProvisionedThroughput: throughputOf(wanted) } }));
}

function throughputOf({ readUnits, writeUnits }: Provisioned): ProvisionedThroughput {
  return { ReadCapacityUnits: readUnits, WriteCapacityUnits: writeUnits };
}

function encryptionBy(key: string): SSESpecification {
  return { Enabled: true, SSEType: 'KMS', KMSMasterKeyId: key };
}
