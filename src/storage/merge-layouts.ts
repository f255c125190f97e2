import type { StorageFault } from '../api/fault.ts';
import { combineListings, combineSketches } from './combine-listings.ts';
import { type JoinRule, joinOrdered } from './join-ordered.ts';
import type { Layout, Met, RepositorySketch, SurveyItem, WalkItem } from './layout.ts';

const NAMES: JoinRule<string> = { nameOf: (name) => name, combine: (name) => name };
const LISTINGS = joinedBy(combineListings);
const SKETCHES = joinedBy(combineSketches);

function joinedBy<T extends RepositorySketch>(combine: (first: T, second: T) => T): JoinRule<Met<T>> {
  return {
    nameOf: (met) => (met.kind === 'repository' ? met.listing.name : undefined),
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
    survey: (range, signal) => joinOrdered(first.survey(range, signal), second.survey(range, signal), SKETCHES),
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

/** The same layout, whose walks leave out repositories without a tag; what is wrong with them is told all the same. */
export function withTagsOnly(layout: Layout): Layout {
  return {
    ...layout,
    walk: (range, signal) => tagged(layout.walk(range, signal)),
    survey: (range, signal) => mayHaveTags(layout.survey(range, signal)),
  };
}

async function* tagged(items: AsyncIterable<WalkItem>): AsyncGenerator<WalkItem> {
  for await (const item of items) {
    if (item.kind === 'fault' || item.listing.hasTags) yield item;
    else yield* faultsOf(item.listing.faults);
  }
}

async function* mayHaveTags(items: AsyncIterable<SurveyItem>): AsyncGenerator<SurveyItem> {
  for await (const item of items) {
    if (item.kind === 'fault' || item.listing.hasTags) yield item;
    else yield* faultsOf(item.listing.faults);
  }
}

function* faultsOf(faults: readonly StorageFault[]) {
  for (const fault of faults) yield { kind: 'fault', fault } as const;
}
