import type { MarkerState } from '../../dynamodb/state/ownership.ts';
import { type Filling, sameFilling } from './decide.ts';
import type { IndexSource } from './index-source.ts';

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
