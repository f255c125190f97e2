export interface ReplicaSettings {
  readonly ownershipIntervalMs: number;
  readonly feedIntervalMs: number;
  /** How often the feed is read when nothing has happened for `idleAfterMs`. */
  readonly idleFeedIntervalMs: number;
  /**
   * How often the feed is read then, where the indexer nudges this replica: the feed only has to name what nudges have
   * missed.
   */
  readonly nudgedFeedIntervalMs: number;
  readonly idleAfterMs: number;
  /** How far back a shard is read each time; see `readFromMs`. */
  readonly overlapMs: number;
  /** How often the whole feed is compared with the memory. */
  readonly auditIntervalMs: number;
  /** How long to compare at a time before the feed is read again. */
  readonly auditStretchMs: number;
  /** How often a snapshot is written to disk, besides those after loading and at the end. */
  readonly snapshotIntervalMs: number;
  readonly scanSegments: number;
  /** The longest wait after failures. */
  readonly backoffCapMs: number;
}

export const REPLICA_DEFAULTS: ReplicaSettings = {
  ownershipIntervalMs: 5_000,
  feedIntervalMs: 1_000,
  idleFeedIntervalMs: 3_000,
  nudgedFeedIntervalMs: 10_000,
  idleAfterMs: 600_000,
  overlapMs: 30_000,
  auditIntervalMs: 3_600_000,
  auditStretchMs: 250,
  snapshotIntervalMs: 3_600_000,
  scanSegments: 4,
  backoffCapMs: 15_000,
};

type PollSettings = Pick<
  ReplicaSettings,
  'feedIntervalMs' | 'idleAfterMs' | 'idleFeedIntervalMs' | 'nudgedFeedIntervalMs'
>;

export interface Quiet {
  /** How long the feed has named nothing new. */
  readonly quietMs: number;
  readonly isNudged: boolean;
}

/** How long to wait before the feed is read again: a read costs read units. */
export function pollIntervalMs({ quietMs, isNudged }: Quiet, settings: PollSettings): number {
  if (quietMs < settings.idleAfterMs) return settings.feedIntervalMs;
  return isNudged ? settings.nudgedFeedIntervalMs : settings.idleFeedIntervalMs;
}
