import type { Marker } from '../../dynamodb/state/ownership.ts';
import { type FollowOptions, followFeed } from './follow.ts';
import { type LoadedIndex, type LoadOptions, loadIndex } from './loaded-index.ts';
import type { MarkerWatch } from './marker-watch.ts';
import { restoreIndex } from './restored-index.ts';

export interface ObtainOptions extends LoadOptions {
  readonly markers: MarkerWatch;
  readonly following: FollowOptions;
  /** Whether a snapshot on disk may be of use. */
  readonly mayRestore: boolean;
}

export interface ObtainedIndex {
  readonly index: LoadedIndex;
  readonly from: 'snapshot' | 'table';
}

/**
 * The index of one filling in memory, as the tables have it now. Undefined when they were filled anew meanwhile:
 * whoever does that says so in the marker first, and then what was read may be of two fillings.
 */
export async function obtainIndex(
  options: ObtainOptions,
  marker: Marker,
  signal: AbortSignal,
): Promise<ObtainedIndex | undefined> {
  const obtained = (await fromSnapshot(options, marker, signal)) ?? (await fromTable(options, marker, signal));
  const { snapshot } = obtained.index;
  try {
    if (obtained.from === 'snapshot') await followFeed(obtained.index, options.following, signal);
    if (await options.markers.stillHolds(marker, signal)) return obtained;
  } catch (error) {
    await snapshot.close();
    throw error;
  }
  await snapshot.close();
  return undefined;
}

async function fromSnapshot(
  options: ObtainOptions,
  marker: Marker,
  signal: AbortSignal,
): Promise<ObtainedIndex | undefined> {
  const index = options.mayRestore ? await restoreIndex(options, marker, signal) : undefined;
  return index && { index, from: 'snapshot' };
}

async function fromTable(options: ObtainOptions, marker: Marker, signal: AbortSignal): Promise<ObtainedIndex> {
  return { index: await loadIndex(options, marker, signal), from: 'table' };
}
