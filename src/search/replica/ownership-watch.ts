import type { OwnershipRecord, OwnershipState } from '../../dynamodb/state/ownership.ts';
import type { IndexSource } from './loaded-index.ts';

/**
 * One build of the tables. An epoch may count from 1 again when both tables were deleted, so its start belongs to it.
 */
export interface Build {
  readonly epoch: number;
  readonly startedAtMs: number;
}

/** What a replica answers from, as far as the next step depends on it. */
export interface Served extends Build {
  readonly complete: boolean;
}

export type Step =
  /** Answer from memory as it is, if there is one: the tables hold nothing to read. */
  | { readonly kind: 'keep' }
  /** Read the whole table into a new memory and answer from that. */
  | { readonly kind: 'load'; readonly ownership: OwnershipRecord }
  /** Apply what changes. */
  | { readonly kind: 'follow'; readonly ownership: OwnershipRecord };

/**
 * What to do next. A refill is not read before it is complete, and a complete memory is never replaced by an incomplete
 * one, whatever the ownership record says: tables deleted by hand must not empty the search. While the repository table
 * is being created, what is read of it means nothing.
 */
export function nextStep(state: OwnershipState, served: Served | undefined): Step {
  if (state.kind !== 'ours') return { kind: 'keep' };
  const { ownership } = state;
  if (ownership.intent === 'creating') return { kind: 'keep' };
  if (served && sameBuild(ownership, served)) return { kind: 'follow', ownership };
  if (ownership.repositoryTable === undefined) return { kind: 'keep' };
  const mayShowPart = !ownership.refill && !served?.complete;
  return ownership.complete || mayShowPart ? { kind: 'load', ownership } : { kind: 'keep' };
}

export function sameBuild(a: Build, b: Build): boolean {
  return a.epoch === b.epoch && a.startedAtMs === b.startedAtMs;
}

/** The ownership record as it was last read. */
export interface OwnershipWatch {
  /** The ownership record; read again once its interval is over, and always during a build. */
  read(signal: AbortSignal): Promise<OwnershipState>;
  /** Reads the ownership record at once: whether it still names this build, and a table that exists. */
  stillHolds(build: Build, signal: AbortSignal): Promise<boolean>;
  /** As it was last read; undefined before that. */
  latest(): OwnershipState | undefined;
}

export interface OwnershipWatchOptions {
  readonly source: Pick<IndexSource, 'ownership'>;
  readonly intervalMs: number;
  readonly now: () => number;
}

export function createOwnershipWatch({ source, intervalMs, now }: OwnershipWatchOptions): OwnershipWatch {
  let seen: { readonly state: OwnershipState; readonly atMs: number } | undefined;

  const readNow = async (signal: AbortSignal) => {
    const state = await source.ownership.read(signal);
    seen = { state, atMs: now() };
    return state;
  };

  return {
    async read(signal) {
      const ageMs = seen ? now() - seen.atMs : intervalMs;
      // A clock that was set back must not keep what was read for as long.
      if (!seen || isBuilding(seen.state) || ageMs < 0 || ageMs >= intervalMs) return readNow(signal);
      return seen.state;
    },
    async stillHolds(build, signal) {
      const state = await readNow(signal);
      return state.kind === 'ours' && state.ownership.intent !== 'creating' && sameBuild(state.ownership, build);
    },
    latest: () => seen?.state,
  };
}

function isBuilding(state: OwnershipState): boolean {
  return state.kind === 'ours' && !state.ownership.complete;
}
