import type { GlobalSecondaryIndexDescription, SSEDescription, TableDescription } from '@aws-sdk/client-dynamodb';
import { claimTags, ownerTags } from '../state/claim.ts';
import type { Billing, TableChange, TableRole, TableSettings, TableTags } from './tables.ts';

/** What a service says of a table. `unknown` where it does not know the operation that would tell. */
export interface TableFacts {
  readonly table: TableDescription;
  readonly tags: TableTags;
  readonly pointInTimeRecovery: boolean | 'unknown';
  /** Whether the expiry of items is on, or about to be. */
  readonly timeToLive: boolean | 'unknown';
}

interface Capacity {
  readonly readUnits: number;
  readonly writeUnits: number;
}

/**
 * Which managed settings differ, in the order in which they are best mended. A setting that the service cannot tell
 * counts as differing where it is wanted, so that the attempt says `unsupported`; except tags, and deletion protection,
 * which nothing depends on.
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
  return CHANGES.filter((change) => differs[change]);
}

const CHANGES: readonly TableChange[] = [
  'billing',
  'deletionProtection',
  'kmsKey',
  'tags',
  'pointInTimeRecovery',
  'timeToLive',
];

/** How a table is billed now; without a summary it is one of the days when there was nothing but provisioned ones. */
export function isOnDemand(table: TableDescription): boolean {
  return table.BillingModeSummary?.BillingMode === 'PAY_PER_REQUEST';
}

/** Whether a table's, or an index's, provisioned units are not those wanted. */
export function capacityDiffers(
  wanted: Capacity,
  { ProvisionedThroughput: present }: Pick<GlobalSecondaryIndexDescription, 'ProvisionedThroughput'>,
): boolean {
  return present?.ReadCapacityUnits !== wanted.readUnits || present.WriteCapacityUnits !== wanted.writeUnits;
}

function billingDiffers(wanted: Billing | undefined, table: TableDescription): boolean {
  if (wanted === undefined) return false;
  if (wanted.mode === 'OnDemand') return !isOnDemand(table);
  const parts = [table, ...(table.GlobalSecondaryIndexes ?? [])];
  return isOnDemand(table) || parts.some((part) => capacityDiffers(wanted, part));
}

function protectionDiffers(wanted: boolean | undefined, present: boolean | undefined): boolean {
  return wanted !== undefined && present !== undefined && wanted !== present;
}

/**
 * No description means DynamoDB's own key. DescribeTable tells a key's ARN and nothing of the alias it was given by, so
 * an alias is held to be right as soon as some key is set.
 */
function keyDiffers(wanted: string | undefined, present: SSEDescription | undefined): boolean {
  if (wanted === undefined) return false;
  if (present === undefined || present.Status === 'DISABLED') return true;
  if (/(^|:)alias\//.test(wanted)) return false;
  const arn = present.KMSMasterKeyArn ?? '';
  return arn !== wanted && !arn.endsWith(`/${wanted}`);
}

/**
 * Tags that are kept as the settings want them. Those of a repository table that claim it are not among them: a tag that
 * somebody else wrote there says that the table is theirs.
 */
export function managedTags(role: TableRole, { tags, claim }: TableSettings): TableSettings['tags'] {
  if (role === 'version') return { ...tags, ...ownerTags(claim.owner) };
  const claiming = claimTags(claim);
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !(key in claiming)));
}

/** Tags come with the creation, and none at all is what services answer that keep no tags or have not got that far. */
function tagsDiffer(wanted: TableSettings['tags'], present: TableTags): boolean {
  if (typeof present === 'string' || Object.keys(present).length === 0) return false;
  return Object.entries(wanted).some(([key, value]) => present[key] !== value);
}

function recoveryDiffers(wanted: boolean | undefined, present: boolean | 'unknown'): boolean {
  return present === 'unknown' ? wanted === true : wanted !== undefined && wanted !== present;
}
