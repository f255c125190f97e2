import { combineListings } from './combine-listings.ts';
import { type JoinRule, joinOrdered } from './join-ordered.ts';
import type { Layout, WalkItem } from './layout.ts';

const NAMES: JoinRule<string> = { nameOf: (name) => name, combine: (name) => name };
const ITEMS: JoinRule<WalkItem> = {
  nameOf: (item) => (item.kind === 'repository' ? item.listing.name : undefined),
  combine: (first, second) =>
    first.kind === 'repository' && second.kind === 'repository'
      ? { kind: 'repository', listing: combineListings(first.listing, second.listing) }
      : first,
};

/**
 * Two registries of one store as one: the same name in both is one repository, whose tags are those of `first` where
 * both have one.
 */
export function mergeLayouts(first: Layout, second: Layout): Layout {
  return {
    walk: (range, signal) => joinOrdered(first.walk(range, signal), second.walk(range, signal), ITEMS),
    listNames: (signal) => joinOrdered(first.listNames(signal), second.listNames(signal), NAMES),
    async listRepository(name, signal) {
      const listings = [first, second].map((layout) => layout.listRepository(name, signal));
      return (await Promise.all(listings)).reduce(combineListings);
    },
    async readBlob(digest, maxBytes, signal) {
      const read = await first.readBlob(digest, maxBytes, signal);
      return read.kind === 'missing' ? second.readBlob(digest, maxBytes, signal) : read;
    },
  };
}

/** The same layout, whose walk leaves out repositories without a tag; what is wrong with them is told all the same. */
export function withTagsOnly(layout: Layout): Layout {
  return { ...layout, walk: (range, signal) => tagged(layout.walk(range, signal)) };
}

async function* tagged(items: AsyncIterable<WalkItem>): AsyncGenerator<WalkItem> {
  for await (const item of items) {
    if (item.kind === 'fault' || item.listing.tags.length > 0) yield item;
    else for (const fault of item.listing.faults) yield { kind: 'fault', fault };
  }
}
