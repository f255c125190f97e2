/**
 * The schema version of our tables, and the key of the ownership record in the version table. That of the original
 * module is 1.
 */
export const SCHEMA_VERSION = 2;

/** Shards of the change feed of new tables; one takes about 1,000 writes a second. */
export const FEED_SHARDS = 8;

export interface Owner {
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
}

/** A condition on an item: that its owner is of these values. */
export const OF_OWNER = '#owner.#cluster = :cluster AND #owner.#namespace = :namespace AND #owner.#name = :name';

/**
 * The owner of a repository table, as the table itself says, and the version table that holds its ownership record.
 */
export interface TableClaim {
  readonly owner: Owner;
  readonly versionTable: string;
}

/** What the operator is about to do to the tables; written before it does it. */
export type Intent = 'none' | 'creating' | 'changing' | 'deleting';

/**
 * The item `{version: 2}` of the version table, written by the operator alone (or by `run`): who owns the tables and
 * which epoch is the current one. An epoch is one build of the tables.
 */
export interface OwnershipRecord {
  readonly owner: Owner;
  /** The owner's last sign of life; milliseconds since 1970, renewed hourly. */
  readonly ownerSeenAtMs: number;
  /** Counts from 1. Workers write their progress only during their own epoch. */
  readonly epoch: number;
  /** Identity of the repository table of this epoch; undefined until it is created. */
  readonly repositoryTable: string | undefined;
  /** Canonical text of the source: endpoint, bucket, root directory, layout. */
  readonly source: string;
  readonly feedShards: number;
  readonly intent: Intent;
  /**
   * Both passes of every range of this epoch are done. Its repositories were searchable after the first.
   */
  readonly complete: boolean;
  /** An earlier epoch was complete: search replicas keep it until this one is `complete`. */
  readonly refill: boolean;
  /** When this epoch began; milliseconds since 1970. */
  readonly startedAtMs: number;
  readonly completedAtMs: number | undefined;
  /**
   * What the indexer authenticates with when it nudges search. Both read it here, so that neither needs a right on a
   * Secret. Undefined in records of earlier versions until the owner adds one.
   */
  readonly nudgeKey?: string | undefined;
  /**
   * Who sees what in search, as text: search pods read it here, so that a change acts without a restart, and without a
   * right on anything in the cluster. Undefined where callers are not identified.
   */
  readonly access?: string | undefined;
}

/** Content of the version table: nothing, the original module's `{version: 1}`, ours, or something unreadable. */
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
  /** A consistent read of the record. `legacy` wins where both items exist; `foreign` if it cannot be parsed. */
  read(signal: AbortSignal): Promise<OwnershipState>;
  /**
   * As `read`, for a process that may claim the table: without a record it is `foreign` if it holds items of others. This
   * takes the right to scan the table, which only the operator and `run` have.
   */
  readToClaim(signal: AbortSignal): Promise<OwnershipState>;
  /** Puts the first ownership record into a table that holds none. */
  create(ownership: OwnershipRecord, signal: AbortSignal): Promise<void>;
  /** Replaces `seen` by `next`, only while owner, epoch and intent are still those of `seen`. */
  update(seen: OwnershipRecord, next: OwnershipRecord, signal: AbortSignal): Promise<void>;
}
