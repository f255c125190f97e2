import type { TableClaim } from '../state/ownership.ts';

/** How a table is to be made. What is undefined is not managed: DynamoDB's default at creation, left alone after. */
export interface TableSettings {
  readonly billing: Billing | undefined;
  readonly pointInTimeRecovery: boolean | undefined;
  readonly deletionProtection: boolean | undefined;
  readonly kmsKey: string | undefined;
  /** Beside those that name the owner. */
  readonly tags: Readonly<Record<string, string>>;
  /** Whose the tables are to be. */
  readonly claim: TableClaim;
}

export type Billing =
  | { readonly mode: 'OnDemand'; readonly warmThroughput?: Throughput | undefined }
  | ({ readonly mode: 'Provisioned' } & Throughput);

/** A second. */
export interface Throughput {
  readonly readUnits: number;
  readonly writeUnits: number;
}

/** Which of the two tables; decides key schema, feed index and TTL. */
export type TableRole = 'repository' | 'version';

/** Tags of a table, or why they are not known: the service keeps none, or we may not ask. */
export type KnownTags = Readonly<Record<string, string>> | 'unsupported' | 'denied';

/** `unread`: a table that is just coming or going was not asked. */
export type TableTags = KnownTags | 'unread';

/**
 * A table as DescribeTable tells it. `identity` is its TableId, or `created:<ISO time>` where the service gives none:
 * a table made anew or restored has another one. `schemaFits` says whether keys (and the feed index) are exactly ours.
 */
export type TableState =
  | { readonly kind: 'missing' }
  | {
      readonly kind: 'present';
      readonly status: 'creating' | 'updating' | 'deleting' | 'active' | 'archived' | 'inaccessible';
      readonly identity: string;
      readonly schemaFits: boolean;
      /** What of the managed settings differs; empty when nothing is to be changed. One change at a time. */
      readonly drift: readonly TableChange[];
      readonly tags: TableTags;
    };

export type TableChange = 'billing' | 'deletionProtection' | 'kmsKey' | 'tags' | 'pointInTimeRecovery' | 'timeToLive';

/** `unsupported`: this endpoint does not know the operation; degrade with a reason. */
export type ChangeResult = 'changed' | 'unsupported';

/** The tables as a controlled resource. Rejects with a classified ServiceError (`conflict` for ResourceInUse). */
export interface TableControl {
  describe(role: TableRole, signal: AbortSignal): Promise<TableState>;
  /** Answers the identity of the table that it made; a conflict where there is one of that name already. */
  create(role: TableRole, signal: AbortSignal): Promise<string>;
  /** Makes one change; the next pass sees whether it took. */
  change(role: TableRole, change: TableChange, signal: AbortSignal): Promise<ChangeResult>;
  /** Succeeds also when the table is gone already. */
  remove(role: TableRole, signal: AbortSignal): Promise<void>;
}
