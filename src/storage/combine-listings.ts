import type { RepositoryListing, RepositorySketch } from './layout.ts';

/**
 * One repository that was found in two places: it has the tags of both, a tag that is in both as `first` has it, and is
 * private when either says so.
 */
export function combineListings(first: RepositoryListing, second: RepositoryListing): RepositoryListing {
  const own = new Set(first.tags.map(({ name }) => name));
  return {
    ...combineSketches(first, second),
    tags: [...first.tags, ...second.tags.filter(({ name }) => !own.has(name))],
    unread: [...first.unread, ...second.unread],
  };
}

/** The same of what listings alone say; one that says nothing leaves the fingerprint of the other as it is. */
export function combineSketches(first: RepositorySketch, second: RepositorySketch): RepositorySketch {
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
