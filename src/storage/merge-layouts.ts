import type { Layout, RepositoryListing, RepositorySummary, WalkItem } from './layout.ts';
import { compareNames } from './listing/byte-order.ts';

const NAMES: JoinRule<string> = { nameOf: (name) => name, combine: (name) => name };
const LISTINGS = joinedBy(combineListings);
const SUMMARIES = joinedBy(combineSummaries);

function joinedBy<T extends RepositorySummary>(combine: (first: T, second: T) => T): JoinRule<WalkItem<T>> {
  return {
    nameOf: (item) => (item.kind === 'repository' ? item.listing.name : undefined),
    combine: (first, second) =>
      first.kind === 'repository' && second.kind === 'repository'
        ? { kind: 'repository', listing: combine(first.listing, second.listing) }
        : first,
  };
}

/**
 * Two registries of one store as one: the same name in both is one repository, whose tags are those of `first` where
 * both have one.
 */
export function mergeLayouts(first: Layout, second: Layout): Layout {
  return {
    walk: (range, signal) => joinOrdered(first.walk(range, signal), second.walk(range, signal), LISTINGS),
    scanFingerprints: (range, signal) =>
      joinOrdered(first.scanFingerprints(range, signal), second.scanFingerprints(range, signal), SUMMARIES),
    listNames: (signal) => joinOrdered(first.listNames(signal), second.listNames(signal), NAMES),
    async listRepository(name, signal) {
      const listings = [first, second].map((layout) => layout.listRepository(name, signal));
      return (await Promise.all(listings)).reduce(combineListings);
    },
    // A tag that one of them has not got may be the other's.
    lookAtTag: async () => undefined,
    async findBlobs(digests, signal) {
      const found = await first.findBlobs(digests, signal);
      const others = digests.filter((digest) => !found.has(digest));
      return others.length === 0 ? found : found.union(await second.findBlobs(others, signal));
    },
    async readBlob(digest, maxBytes, signal) {
      const read = await first.readBlob(digest, maxBytes, signal);
      return read.kind === 'missing' ? second.readBlob(digest, maxBytes, signal) : read;
    },
  };
}

/** A layout whose walks leave out repositories without a tag, but not what is wrong with them. */
export function withTagsOnly(layout: Layout): Layout {
  return {
    ...layout,
    walk: (range, signal) => tagged(layout.walk(range, signal)),
    scanFingerprints: (range, signal) => tagged(layout.scanFingerprints(range, signal)),
  };
}

async function* tagged<Listing extends RepositorySummary>(
  items: AsyncIterable<WalkItem<Listing>>,
): AsyncGenerator<WalkItem<Listing>> {
  for await (const item of items) {
    if (item.kind === 'fault' || item.listing.hasTags) yield item;
    else for (const fault of item.listing.faults) yield { kind: 'fault', fault };
  }
}

/**
 * One repository that was found in two places: it has the tags of both, a tag that is in both as `first` has it, and is
 * private when either says so.
 */
export function combineListings(first: RepositoryListing, second: RepositoryListing): RepositoryListing {
  const own = new Set(first.tags.map(({ name }) => name));
  return {
    ...combineSummaries(first, second),
    tags: [...first.tags, ...second.tags.filter(({ name }) => !own.has(name))],
    unread: [...first.unread, ...second.unread],
  };
}

/**
 * One repository that was found in two places, as far as listings alone say; one that says nothing leaves the
 * fingerprint of the other as it is.
 */
export function combineSummaries(first: RepositorySummary, second: RepositorySummary): RepositorySummary {
  const telling = [first, second].filter(({ hasTags, isPrivate }) => hasTags || isPrivate);
  return {
    name: first.name,
    isPrivate: first.isPrivate || second.isPrivate,
    listedAtMs: Math.min(first.listedAtMs, second.listedAtMs),
    fingerprint: telling.map(({ fingerprint }) => fingerprint).join('+') || first.fingerprint,
    hasTags: first.hasTags || second.hasTags,
    faults: [...first.faults, ...second.faults],
  };
}

export interface JoinRule<T> {
  /** Undefined for items between repositories, such as faults: they pass through. */
  readonly nameOf: (item: T) => string | undefined;
  readonly combine: (first: T, second: T) => T;
}

/**
 * Two streams in the order of names as one; what both have of one name is combined. Ends both when the reader leaves.
 */
export async function* joinOrdered<T>(
  first: AsyncIterable<T>,
  second: AsyncIterable<T>,
  { nameOf, combine }: JoinRule<T>,
): AsyncGenerator<T> {
  const sides = [first[Symbol.asyncIterator](), second[Symbol.asyncIterator]()] as const;
  const [left, right] = sides;
  try {
    let [a, b] = await Promise.all([left.next(), right.next()]);
    while (!a.done || !b.done) {
      const order = compareHeads(a, b, nameOf);
      if (order < 0 && !a.done) yield a.value;
      else if (order > 0 && !b.done) yield b.value;
      else if (!a.done && !b.done) yield combine(a.value, b.value);
      [a, b] = await Promise.all([order <= 0 ? left.next() : a, order >= 0 ? right.next() : b]);
    }
  } finally {
    await Promise.allSettled(sides.map((side) => side.return?.()));
  }
}

/** Negative when the first head comes next, positive when the second does, 0 when they have one name. */
function compareHeads<T>(a: IteratorResult<T>, b: IteratorResult<T>, nameOf: JoinRule<T>['nameOf']): number {
  if (a.done) return 1;
  if (b.done) return -1;
  const [first, second] = [nameOf(a.value), nameOf(b.value)];
  if (first === undefined) return -1;
  return second === undefined ? 1 : compareNames(first, second);
}
