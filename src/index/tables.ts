/** How a table is to be made. What is undefined is not managed: DynamoDB's default at creation, left alone after. */
export interface TableSettings {
  readonly billing: Billing | undefined;
  readonly pointInTimeRecovery: boolean | undefined;
  readonly deletionProtection: boolean | undefined;
  readonly kmsKey: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
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
    };

export type TableChange = 'billing' | 'deletionProtection' | 'kmsKey' | 'tags' | 'pointInTimeRecovery' | 'timeToLive';

/** `unsupported`: this endpoint does not know the operation; degrade with a reason. */
export type ChangeResult = 'changed' | 'unsupported';

/** The tables as a controlled resource. Rejects with a classified ServiceError (`conflict` for ResourceInUse). */
export interface TableControl {
  describe(role: TableRole, signal: AbortSignal): Promise<TableState>;
  create(role: TableRole, signal: AbortSignal): Promise<void>;
  /** Makes one change; the next pass sees whether it took. */
  change(role: TableRole, change: TableChange, signal: AbortSignal): Promise<ChangeResult>;
  /** Succeeds also when the table is gone already. */
  remove(role: TableRole, signal: AbortSignal): Promise<void>;
}
