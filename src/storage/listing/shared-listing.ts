export interface SharedListingOptions<Listing> {
  readonly load: (signal: AbortSignal) => Promise<Listing>;
  readonly now: () => number;
}

/** One listing of everything for all walks that want a part of it. */
export interface SharedListing<Listing> {
  /** The same for every purpose once, as long as it is young; a purpose that comes again is given a new one. */
  take(purpose: string, signal: AbortSignal): Promise<Listing>;
}

/** After that time a walk had rather list all anew. */
const YOUNG_MS = 10 * 60_000;

interface Loaded<Listing> {
  readonly listing: Promise<Listing>;
  readonly purposes: Set<string>;
  /** Undefined while it is under way. */
  endedAtMs: number | undefined;
}

/** What was listed is kept until it is replaced, so it has to be of bounded size. */
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
      // What stopped the other may not stop us.
      return current.listing.catch(() => take(purpose, signal));
    }
    current = begin(signal);
    current.purposes.add(purpose);
    return current.listing;
  };
  return { take };
}
