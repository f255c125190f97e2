import type { StorageFault } from '../../api/fault.ts';
import type { NameRange, WalkItem } from '../layout.ts';
import type { ObjectStorage, StorageObject } from '../object-storage.ts';
import { compareBytes, compareNames, isWithin } from './byte-order.ts';
import type { PageHandOver } from './page-hand-over.ts';
import { plainPages } from './plain-pages.ts';
import { createSharedListing } from './shared-listing.ts';

/** A registry by one listing of everything, which is right in whatever order a store lists. */
export interface WholeRegistry<Place, Listing> {
  /** In the order of names; what is wrong outside of any repository first. */
  read(range: NameRange, signal: AbortSignal): AsyncGenerator<WalkItem<Listing>>;
  /** In the order of names. */
  places(signal: AbortSignal): AsyncGenerator<Place>;
}

/** What one key says, in the words of its layout. */
export interface ReadKey<Place, Collector> {
  /** Where it belongs; undefined outside of any repository. */
  readonly place: Place | undefined;
  readonly fault: StorageFault | undefined;
  /** Whether it counts against the limit of what is kept. */
  readonly counts: boolean;
  addTo(collector: Collector): void;
}

/** One layout's way of reading keys. A place is a repository, or a folder of one. */
export interface RegistryKeys<Place, Collector, Listing> {
  /** What every key of a repository begins with. */
  readonly prefix: string;
  /** Undefined for what says nothing. */
  read(object: StorageObject): ReadKey<Place, Collector> | undefined;
  /** Equal for the same place. */
  idOf(place: Place): string;
  nameOf(place: Place): string;
  createCollector(place: Place, listedAtMs: number): Collector;
  listingOf(place: Place, collector: Collector): Listing;
  /** One place by a listing of its own. */
  list(place: Place, signal: AbortSignal): Promise<Listing>;
  /** A key that lies between what comes before a name and what comes after it. */
  boundOf(name: string): string;
}

export interface WholeRegistryOptions {
  readonly storage: ObjectStorage;
  readonly now: () => number;
  readonly handOver: PageHandOver;
  /** Keys that count and are kept of the listing. Places that come when there are as many are listed again. */
  readonly maxKept: number;
}

/** How much of what is wrong outside of any repository is named. */
const MAX_FAULTS = 10_000;

interface Entry<Place, Collector> {
  readonly place: Place;
  /** Undefined where only the name is known. */
  readonly collector: Collector | undefined;
}

interface Everything<Place, Collector> {
  /** In the order of names. */
  readonly entries: readonly Entry<Place, Collector>[];
  /** Each at the key where it was met. */
  readonly faults: readonly (readonly [key: string, fault: StorageFault])[];
}

export function createWholeRegistry<Place, Collector, Listing>(
  options: WholeRegistryOptions,
  keys: RegistryKeys<Place, Collector, Listing>,
): WholeRegistry<Place, Listing> {
  const shared = createSharedListing({ load: (signal) => listEverything(options, keys, signal), now: options.now });
  return {
    async *read(range, signal) {
      const { entries, faults } = await shared.take(`from ${range.from ?? ''}`, signal);
      for (const [key, fault] of faults) if (isKeyWithin(keys, key, range)) yield { kind: 'fault', fault };
      for (const { place, collector } of entries) {
        if (!isWithin(keys.nameOf(place), range)) continue;
        const listing = collector ? keys.listingOf(place, collector) : await keys.list(place, signal);
        yield { kind: 'repository', listing };
      }
    },
    async *places(signal) {
      for (const { place } of (await shared.take('names', signal)).entries) yield place;
    },
  };
}

async function listEverything<Place, Collector, Listing>(
  { storage, now, handOver, maxKept }: WholeRegistryOptions,
  keys: RegistryKeys<Place, Collector, Listing>,
  signal: AbortSignal,
): Promise<Everything<Place, Collector>> {
  const entries = new Map<string, Entry<Place, Collector>>();
  const faults = new Map<string, readonly [string, StorageFault]>();
  let kept = 0;
  const enter = (place: Place, sentAtMs: number): Entry<Place, Collector> => {
    const id = keys.idOf(place);
    const known = entries.get(id);
    if (known) return known;
    const entry = { place, collector: kept < maxKept ? keys.createCollector(place, sentAtMs) : undefined };
    entries.set(id, entry);
    return entry;
  };
  const first = handOver.take(undefined);
  for await (const { objects, sentAtMs } of plainPages({ storage, now, prefix: keys.prefix, first }, signal))
    for (const object of objects) {
      const read = keys.read(object);
      if (read?.fault && faults.size < MAX_FAULTS) faults.set(read.fault.key, [object.key, read.fault]);
      if (read?.place === undefined) continue;
      const { collector } = enter(read.place, sentAtMs);
      if (!collector) continue;
      read.addTo(collector);
      if (read.counts) kept += 1;
    }
  return {
    entries: [...entries.values()].toSorted((a, b) => compareNames(keys.nameOf(a.place), keys.nameOf(b.place))),
    faults: [...faults.values()].toSorted(([a], [b]) => compareBytes(a, b)),
  };
}

type Bounds = Pick<RegistryKeys<unknown, unknown, unknown>, 'boundOf'>;

function isKeyWithin({ boundOf }: Bounds, key: string, { from, to }: NameRange): boolean {
  const isAfterFrom = from === undefined || compareBytes(key, boundOf(from)) > 0;
  return isAfterFrom && (to === undefined || compareBytes(key, boundOf(to)) <= 0);
}
