/** What the indexers know of events, all of them together. Times are milliseconds since 1970; 0 for never. */
export interface EventReport {
  /** When the last event came, from whichever of the senders. */
  readonly eventAtMs: number;
  /** When something last came with a right credential, of the kind that was wrong before if one was. */
  readonly letInAtMs: number;
  /** When something last came with a wrong credential. */
  readonly rejectedAtMs: number;
  /** How often that was since something was let in. */
  readonly rejected: number;
  /** When the queue of a bucket's events first answered: after the start of an indexer, and after each failure. */
  readonly queueReachedAtMs: number;
  /** When it last could not be read. */
  readonly queueFailedAtMs: number;
  /** Why, as a sentence for people; empty for never. */
  readonly queueProblem: string;
  /** What events may have said that no indexer has taken up, the latest of each reason. */
  readonly gaps: readonly EventGap[];
  /** The number of the last gap that a resync has closed. */
  readonly closedGaps: number;
  /** Processes of registries that events came from. */
  readonly registries: readonly RegistryProcess[];
  /** Indexers that run, or died. */
  readonly indexers: readonly IndexerProcess[];
  /** Repositories that events have removed from the index in the last hour. */
  readonly removals: readonly Removals[];
}

/** Why events may be lost or without effect; a stable word, for conditions and metrics. */
export const EVENT_GAP_REASONS = [
  /** Longer than a notification may be. */
  'TooLarge',
  /** No notification, or an event in it that this program does not understand. */
  'Malformed',
  /** More repositories were named than there is room for. */
  'QueueFull',
  /** A message of the queue of a store's events could not be followed: it comes again, or goes to the dead letters. */
  'DeadLetters',
  /** A process of a registry is gone, with the events that it had not sent yet. */
  'RegistryRestarted',
  /** An indexer ended without doing what it had accepted. */
  'IndexerDied',
  /** So many repositories were to be removed that a resync has to confirm it. */
  'RemovalsWithheld',
] as const;

export type EventGapReason = (typeof EVENT_GAP_REASONS)[number];

export interface EventGap {
  readonly reason: EventGapReason;
  /** Gaps are numbered as they are recorded; this is the last of its reason. */
  readonly number: number;
  /** How many there have been of this reason. */
  readonly count: number;
  readonly atMs: number;
}

export interface RegistryProcess {
  /** A hash of its `source.instanceID`. */
  readonly id: string;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  readonly events: number;
  /** It was silent so long that it counts as ended. */
  readonly isGone: boolean;
}

export interface IndexerProcess {
  /** Stays after a restart, as the name of a pod does. */
  readonly identity: string;
  /** Different after a restart. */
  readonly run: string;
  /** Grows as long as it lives. No clock is compared with that of another process. */
  readonly beats: number;
}

/** Removals of a few minutes. */
export interface Removals {
  readonly sinceMs: number;
  readonly count: number;
}

/** What indexers report of when something came. Milliseconds since 1970; 0 for never. */
export type EventTimes = Pick<
  EventReport,
  'eventAtMs' | 'letInAtMs' | 'rejectedAtMs' | 'rejected' | 'queueReachedAtMs' | 'queueFailedAtMs' | 'queueProblem'
>;

export const NO_TIMES: EventTimes = {
  eventAtMs: 0,
  letInAtMs: 0,
  rejectedAtMs: 0,
  rejected: 0,
  queueReachedAtMs: 0,
  queueFailedAtMs: 0,
  queueProblem: '',
};

export const NOTHING_REPORTED: EventReport = {
  ...NO_TIMES,
  gaps: [],
  closedGaps: 0,
  registries: [],
  indexers: [],
  removals: [],
};

/** Item `version = 3000000` of the version table. Rejects with a classified ServiceError. */
export interface EventReportStore {
  /** A consistent read; `NOTHING_REPORTED` where there is no report. */
  read(signal: AbortSignal): Promise<EventReport>;
  /**
   * Replaces the report by what `change` makes of it, unless that is the same object. `change` is called again when
   * another process was faster. Returns what is stored then.
   */
  update(change: (stored: EventReport) => EventReport, signal: AbortSignal): Promise<EventReport>;
}
