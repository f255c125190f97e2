import type { SearchEngine } from './api.ts';

/** The index as it answers now. */
export interface ServedIndex {
  readonly engine: SearchEngine;
  /** The build of the tables that it was loaded from. */
  readonly epoch: number;
  /** Whether the registry's first backfill still runs: what is found is right, but not everything is found. */
  readonly incomplete: boolean;
  /** The engine's version after the latest change that a push led to; undefined where there was none yet. */
  readonly pushedVersion?: number | undefined;
}

/** A replica, as far as a server knows it. */
export interface AnsweringReplica {
  /** Undefined until an index was loaded; never again after that. */
  current(): ServedIndex | undefined;
}
