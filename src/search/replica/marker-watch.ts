import type { Marker, MarkerState } from '../../dynamodb/state/ownership.ts';
import type { IndexSource } from './loaded-index.ts';

/** One filling of the tables. An epoch may count from 1 again when both tables were deleted, so its start belongs to it. */
export interface Filling {
  readonly epoch: number;
  readonly startedAtMs: number;
}

/** What a replica answers from, as far as the next step depends on it. */
export interface Served extends Filling {
  readonly complete: boolean;
}

export type Step =
  /** Answer from memory as it is, if there is one; nothing of use is in the tables. */
  | { readonly kind: 'keep' }
  /** Read the whole table into a new memory and answer from that. */
  | { readonly kind: 'load'; readonly marker: Marker }
  /** Apply what changes. */
  | { readonly kind: 'follow'; readonly marker: Marker };

/**
 * What to do next. A refill is not looked at before it is complete, and a complete memory is never given up for an
 * incomplete one, whatever the marker says of refilling: tables deleted by hand must not empty the search. While the
 * repository table is being made, what is read of it says nothing.
 */
export function nextStep(state: MarkerState, served: Served | undefined): Step {
  if (state.kind !== 'ours') return { kind: 'keep' };
  const { marker } = state;
  if (marker.intent === 'creating') return { kind: 'keep' };
  if (served && sameFilling(marker, served)) return { kind: 'follow', marker };
  if (marker.repositoryTable === undefined) return { kind: 'keep' };
  const mayShowPart = !marker.refill && !served?.complete;
  return marker.complete || mayShowPart ? { kind: 'load', marker } : { kind: 'keep' };
}

export function sameFilling(a: Filling, b: Filling): boolean {
  return a.epoch === b.epoch && a.startedAtMs === b.startedAtMs;
}

/** The marker as it was last read. */
export interface MarkerWatch {
  /** Reads the marker when its interval is over, always while a filling is under way; answers with what was read last. */
  read(signal: AbortSignal): Promise<MarkerState>;
  /** Reads the marker at once: whether it still speaks of this filling, and of a table that is there. */
  stillHolds(filling: Filling, signal: AbortSignal): Promise<boolean>;
}

export interface MarkerWatchOptions {
  readonly source: Pick<IndexSource, 'marker'>;
  readonly intervalMs: number;
  readonly now: () => number;
}

export function createMarkerWatch({ source, intervalMs, now }: MarkerWatchOptions): MarkerWatch {
  let seen: { readonly state: MarkerState; readonly atMs: number } | undefined;

  const readNow = async (signal: AbortSignal) => {
    const state = await source.marker.read(signal);
    seen = { state, atMs: now() };
    return state;
  };

  return {
    async read(signal) {
      if (!seen || isFilling(seen.state) || now() - seen.atMs >= intervalMs) return readNow(signal);
      return seen.state;
    },
    async stillHolds(filling, signal) {
      const state = await readNow(signal);
      return state.kind === 'ours' && state.marker.intent !== 'creating' && sameFilling(state.marker, filling);
    },
  };
}

function isFilling(state: MarkerState): boolean {
  return state.kind === 'ours' && !state.marker.complete;
}
