export interface SharedListingOptions<Listing> {
  readonly load: (signal: AbortSignal) => Promise<Listing>;
  readonly now: () => number;
}

/** One listing of everything, shared by all walks that need a part of it. */
export interface SharedListing<Listing> {
  /** A listing serves each purpose once while it is fresh; a purpose that comes again gets a new listing. */
  take(purpose: string, signal: AbortSignal): Promise<Listing>;
}

/** After that time a walk lists everything again. */
const YOUNG_MS = 10 * 60_000;

interface Loaded<Listing> {
  readonly listing: Promise<Listing>;
  readonly purposes: Set<string>;
  /** Undefined while it is being listed. */
  endedAtMs: number | undefined;
}

/** The listing is kept until it is replaced, so its size must be bounded. */
export function createSharedListing<Listing>({ load, now }: SharedListingOptions<Listing>): SharedListing<Listing> {
  let current: Loaded<Listing> | undefined;

  const begin = (signal: AbortSignal): Loaded<Listing> => {
    const loaded: Loaded<Listing> = { listing: load(signal), purposes: new Set(), endedAtMs: undefined };
    loaded.listing.then(
      () => {
        loaded.endedAtMs = now();
      },
      () => {
        if (current === loaded) current = undefined;
      },
    );
    return loaded;
  };

  const take = async (purpose: string, signal: AbortSignal): Promise<Listing> => {
    const isYoung = current && (current.endedAtMs === undefined || now() - current.endedAtMs < YOUNG_MS);
    if (current && isYoung && !current.purposes.has(purpose)) {
      current.purposes.add(purpose);
      // The failure may be the abort of the walk that began it.
      return current.listing.catch(() => take(purpose, signal));
    }
    current = begin(signal);
    current.purposes.add(purpose);
    return current.listing;
  };
  return { take };
}
