/**
 * The schema version of our tables, and the key of the ownership record in the version table. The original module's is
 * 1.
 */
export const SCHEMA_VERSION = 2;

/** Partitions of the change feed of tables that are made now: one takes about 1,000 writes a second. */
export const FEED_SHARDS = 8;

export interface Owner {
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
}

/**
 * Whose a repository table is, as the table itself says: the owner, and the version table that holds its ownership
 * record.
 */
export interface TableClaim {
  readonly owner: Owner;
  readonly versionTable: string;
}

/** What the operator is about to do to the tables, written before it does so. */
export type Intent = 'none' | 'creating' | 'changing' | 'deleting';

/**
 * The item `{version: 2}` of the version table, written by the operator alone (or by `run`): who owns the tables and
 * which build of them is the current one.
 */
export interface OwnershipRecord {
  readonly owner: Owner;
  /** When the owner last said that it is there; milliseconds since 1970, renewed hourly. */
  readonly ownerSeenAtMs: number;
  /** Counts builds, from 1. Workers write their progress only while it is theirs. */
  readonly epoch: number;
  /** Identity of the repository table that this epoch fills; undefined until it was made. */
  readonly repositoryTable: string | undefined;
  /** Canonical text of the source: endpoint, bucket, root directory, layout. */
  readonly source: string;
  readonly feedShards: number;
  readonly intent: Intent;
  /**
   * Every range of this epoch was read from this source into this table, in both passes; searchable it was after the
   * first.
   */
  readonly complete: boolean;
  /** Something was complete before this epoch: search replicas keep their old memory until it is `complete`. */
  readonly refill: boolean;
  /** When this epoch began; milliseconds since 1970. */
  readonly startedAtMs: number;
  readonly completedAtMs: number | undefined;
}

/** What the version table says: empty, the original module's `{version: 1}`, ours, or something that we cannot read. */
export type OwnershipState =
  | { readonly kind: 'none' }
  | { readonly kind: 'legacy' }
  | { readonly kind: 'ours'; readonly ownership: OwnershipRecord }
  | { readonly kind: 'foreign'; readonly why: string };

/**
 * Conditional writes of the ownership record. Rejects with a classified ServiceError; `conflict` where the condition
 * failed.
 */
export interface OwnershipStore {
  /** Consistent; `legacy` wins when both items are there; `foreign` for items that are neither's. */
  read(signal: AbortSignal): Promise<OwnershipState>;
  /** Puts the first ownership record into a table that holds none. */
  claim(ownership: OwnershipRecord, signal: AbortSignal): Promise<void>;
  /** Replaces `seen` by `next`, only while owner, epoch and intent are still those of `seen`. */
  update(seen: OwnershipRecord, next: OwnershipRecord, signal: AbortSignal): Promise<void>;
}
