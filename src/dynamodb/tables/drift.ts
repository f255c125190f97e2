import type { GlobalSecondaryIndexDescription, SSEDescription, TableDescription } from '@aws-sdk/client-dynamodb';
import { claimTags, ownerTags } from '../state/claim.ts';
import type { TableFacts } from './table-facts.ts';
import {
  type Billing,
  TABLE_CHANGES,
  type TableChange,
  type TableRole,
  type TableSettings,
  type TableTags,
  type Throughput,
} from './tables.ts';

type OnDemand = Extract<Billing, { mode: 'OnDemand' }>;

/**
 * Which managed settings differ, in the order in which to change them. An unknown setting counts as differing where it
 * is wanted, so that the attempt answers `unsupported`; except tags and deletion protection, which nothing depends on.
 */
export function driftOf(role: TableRole, settings: TableSettings, facts: TableFacts): TableChange[] {
  const { table } = facts;
  const differs: Readonly<Record<TableChange, boolean>> = {
    billing: billingDiffers(settings.billing, table),
    deletionProtection: protectionDiffers(settings.deletionProtection, table.DeletionProtectionEnabled),
    kmsKey: keyDiffers(settings.kmsKey, table.SSEDescription),
    tags: tagsDiffer(managedTags(role, settings), facts.tags),
    pointInTimeRecovery: recoveryDiffers(settings.pointInTimeRecovery, facts.pointInTimeRecovery),
    timeToLive: role === 'repository' && facts.timeToLive !== true,
  };
  return TABLE_CHANGES.filter((change) => differs[change]);
}

/** Tables from before there was on-demand billing have no summary. */
export function isOnDemand(table: TableDescription): boolean {
  return table.BillingModeSummary?.BillingMode === 'PAY_PER_REQUEST';
}

/** Whether the provisioned units of a table or an index differ. */
export function capacityDiffers(
  wanted: Throughput,
  { ProvisionedThroughput: present }: Pick<GlobalSecondaryIndexDescription, 'ProvisionedThroughput'>,
): boolean {
  return present?.ReadCapacityUnits !== wanted.readUnits || present.WriteCapacityUnits !== wanted.writeUnits;
}

/** Whether the maximum of a table or an index on demand differs. */
export function maximumDiffers(
  { maximum = {} }: OnDemand,
  { OnDemandThroughput: present }: Pick<GlobalSecondaryIndexDescription, 'OnDemandThroughput'>,
): boolean {
  const { readUnits, writeUnits } = maximum;
  return (
    (readUnits !== undefined && present?.MaxReadRequestUnits !== readUnits) ||
    (writeUnits !== undefined && present?.MaxWriteRequestUnits !== writeUnits)
  );
}

function billingDiffers(wanted: Billing | undefined, table: TableDescription): boolean {
  if (wanted === undefined) return false;
  const parts = [table, ...(table.GlobalSecondaryIndexes ?? [])];
  if (wanted.mode === 'OnDemand') return !isOnDemand(table) || parts.some((part) => maximumDiffers(wanted, part));
  return isOnDemand(table) || parts.some((part) => capacityDiffers(wanted, part));
}

function protectionDiffers(wanted: boolean | undefined, present: boolean | undefined): boolean {
  return wanted !== undefined && present !== undefined && wanted !== present;
}

/**
 * No description means DynamoDB's own key. DescribeTable answers the ARN of a key, not its alias, so an alias counts as
 * equal to any key.
 */
function keyDiffers(wanted: string | undefined, present: SSEDescription | undefined): boolean {
  if (wanted === undefined) return false;
  if (present === undefined || present.Status === 'DISABLED') return true;
  if (/(^|:)alias\//.test(wanted)) return false;
  const arn = present.KMSMasterKeyArn ?? '';
  return arn !== wanted && !arn.endsWith(`/${wanted}`);
}

/**
 * Tags that are kept as the settings want them. The tags that claim a repository table are not among them: if another
 * owner wrote them, the table is theirs.
 */
export function managedTags(role: TableRole, { tags, claim }: TableSettings): TableSettings['tags'] {
  if (role === 'version') return { ...tags, ...ownerTags(claim.owner) };
  const claiming = claimTags(claim);
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !(key in claiming)));
}

/** Tables are created with tags, so none at all means that the service does not support tags, or not yet shows them. */
function tagsDiffer(wanted: TableSettings['tags'], present: TableTags): boolean {
  if (typeof present === 'string' || Object.keys(present).length === 0) return false;
  return Object.entries(wanted).some(([key, value]) => present[key] !== value);
}

function recoveryDiffers(wanted: boolean | undefined, present: boolean | 'unknown'): boolean {
  return present === 'unknown' ? wanted === true : wanted !== undefined && wanted !== present;
}
