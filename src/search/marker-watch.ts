import type { MarkerState } from '../index/marker.ts';
import { type Filling, sameFilling } from './decide.ts';
import type { IndexSource } from './index-source.ts';

/** The marker as it was last read. */
export interface MarkerWatch {
  /** Reads the marker when its interval is over, and answers with what was read last. */
  read(signal: AbortSignal): Promise<MarkerState>;
  /** Reads the marker at once: whether it still speaks of this filling. */
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
    read: async (signal) => (seen && now() - seen.atMs < intervalMs ? seen.state : readNow(signal)),
    async stillHolds(filling, signal) {
      const state = await readNow(signal);
      return state.kind === 'ours' && sameFilling(state.marker, filling);
    },
  };
}
