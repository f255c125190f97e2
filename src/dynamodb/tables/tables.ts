import type { TableClaim } from '../state/ownership.ts';

/** Wanted settings of a table. Undefined ones are not managed: DynamoDB's default at creation, not changed later. */
export interface TableSettings {
  readonly billing: Billing | undefined;
  readonly pointInTimeRecovery: boolean | undefined;
  readonly deletionProtection: boolean | undefined;
  readonly kmsKey: string | undefined;
  /** Besides those that name the owner. */
  readonly tags: Readonly<Record<string, string>>;
  /** The owner of the tables. */
  readonly claim: TableClaim;
}

export type Billing =
  | {
      readonly mode: 'OnDemand';
      readonly warmThroughput?: Throughput | undefined;
      /** What is left out is not managed. */
      readonly maximum?: Partial<Throughput> | undefined;
    }
  | ({ readonly mode: 'Provisioned' } & Throughput);

/** Units a second. */
export interface Throughput {
  readonly readUnits: number;
  readonly writeUnits: number;
}

/** Which of the two tables; decides key schema, feed index and TTL. */
export type TableRole = 'repository' | 'version';

/** Tags of a table, or why they are not known: unsupported by the service, or denied. */
export type KnownTags = Readonly<Record<string, string>> | 'unsupported' | 'denied';

/** `unread`: the table is being created or deleted. */
export type TableTags = KnownTags | 'unread';

/**
 * A table as DescribeTable shows it. `identity` is its TableId, or `created:<ISO time>` where the service has none: a
 * recreated or restored table has another one. `schemaFits` says whether keys (and the feed index) are exactly ours.
 */
export type TableState =
  | { readonly kind: 'missing' }
  | {
      readonly kind: 'present';
      readonly status: 'creating' | 'updating' | 'deleting' | 'active' | 'archived' | 'inaccessible';
      readonly identity: string;
      readonly schemaFits: boolean;
      /** Managed settings that differ. Changes are made one at a time. */
      readonly drift: readonly TableChange[];
      readonly tags: TableTags;
    };

/** Whether items can be read and written. A table that is being updated serves as before. */
export function isUsable(status: Extract<TableState, { kind: 'present' }>['status']): boolean {
  return status === 'active' || status === 'updating';
}

/** Managed settings, in the order in which those that differ are changed. */
export const TABLE_CHANGES = [
  'billing',
  'deletionProtection',
  'kmsKey',
  'tags',
  'pointInTimeRecovery',
  'timeToLive',
] as const;

export type TableChange = (typeof TABLE_CHANGES)[number];

/**
 * `brief`: tags, time to live and backups of an active table may be those that were read last, of the same table. AWS
 * answers these requests ten times a second for a whole account, and DescribeTable 2,500 times.
 */
export type Extent = 'whole' | 'brief';

/** `unsupported`: the endpoint does not know the operation; the caller degrades with a reason. */
export type ChangeResult = 'changed' | 'unsupported';

/** The tables as a controlled resource. Rejects with a classified ServiceError (`conflict` for ResourceInUse). */
export interface TableControl {
  /** `extent` is `whole` where it is left out. */
  describe(role: TableRole, signal: AbortSignal, extent?: Extent): Promise<TableState>;
  /** Returns the identity of the created table; `conflict` where one of that name exists. */
  create(role: TableRole, signal: AbortSignal): Promise<string>;
  /** Makes one change; the next reconciliation sees whether it took effect. */
  change(role: TableRole, change: TableChange, signal: AbortSignal): Promise<ChangeResult>;
  /** Succeeds also when the table does not exist. */
  remove(role: TableRole, signal: AbortSignal): Promise<void>;
}
