import type { StorageFault } from '../api/fault.ts';
import type { Digest } from '../oci/manifest-facts.ts';
import type { StoredBytes } from './object-storage.ts';

export interface ListedTag {
  readonly name: string;
  readonly digest: Digest;
  /** When the tag was last pushed: the time of its link object. */
  readonly pushedAtMs: number;
}

/**
 * What keys, ETags and times alone say of a repository: enough to see whether anything has changed, without one GET.
 */
export interface RepositorySummary {
  readonly name: string;
  /** Hidden from anonymous users; V2 has no private repositories. */
  readonly isPrivate: boolean;
  /** When the first LIST that this rests on was sent; decides between two writers. */
  readonly listedAtMs: number;
  /** Changes when, and only when, a tag appeared, vanished or was pushed again. */
  readonly fingerprint: string;
  /** Whether there is any tag, readable or not. */
  readonly hasTags: boolean;
  /** What is wrong as far as keys show it. */
  readonly faults: readonly StorageFault[];
}

/**
 * What one listing says of a repository. Links were read only where the store's ETags do not give what tags point to.
 */
export interface RepositoryListing extends RepositorySummary {
  readonly tags: readonly ListedTag[];
  /**
   * Tags that exist and whose links could not be read; the repository is not empty even if these are all it has.
   */
  readonly unread: readonly StorageFault[];
}

/**
 * Names from `from` (inclusive) to `to` (exclusive), compared in every layout as bytes of `<name>/_`, which is not the
 * order of the names themselves; an open end is undefined.
 */
export interface NameRange {
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** What a walk yields. */
export type WalkItem<Listing = RepositoryListing> =
  | { readonly kind: 'repository'; readonly listing: Listing }
  | { readonly kind: 'fault'; readonly fault: StorageFault };

export type FingerprintItem = WalkItem<RepositorySummary>;

/** One tag, and the digests for which to find out when they were linked to it. */
export interface TagQuestion {
  readonly name: string;
  readonly tag: string;
  readonly digests: readonly Digest[];
}

/** What a store shows of one tag. Times are those of its objects, by the store's own clock. */
export interface TagLook {
  /** Undefined where it points to nothing. */
  readonly tag: ListedTag | undefined;
  /**
   * Of digests that it points to or has pointed to: when the tag was last pushed with each, as far as it was asked for.
   */
  readonly linkedAtMs: ReadonlyMap<Digest, number>;
  /** Why it is not known what it points to. */
  readonly unread?: StorageFault;
}

/** How one generation of registries lays itself out in a store. */
export interface Layout {
  /** Every repository of the range that has a tag, in key order, read as a stream: the caller's pace is the walk's. */
  walk(range: NameRange, signal: AbortSignal): AsyncIterable<WalkItem>;
  /** The walk by LISTs alone, with the same fingerprints. */
  scanFingerprints(range: NameRange, signal: AbortSignal): AsyncIterable<FingerprintItem>;
  /** One repository as it is now; its `tags` are empty when it is gone. */
  listRepository(name: string, signal: AbortSignal): Promise<RepositoryListing>;
  /** One tag of a repository, by a LIST or two; undefined where this layout lists the whole repository as easily. */
  lookAtTag(question: TagQuestion, signal: AbortSignal): Promise<TagLook | undefined>;
  /** Names alone, in key order, as cheaply as the store allows: for counting and for cutting ranges. */
  listNames(signal: AbortSignal): AsyncIterable<string>;
  /** Those of some blobs that are there, by LISTs alone; not how they read. */
  findBlobs(digests: readonly Digest[], signal: AbortSignal): Promise<ReadonlySet<Digest>>;
  /** The bytes of a manifest or config, at most `maxBytes` of them. */
  readBlob(digest: Digest, maxBytes: number, signal: AbortSignal): Promise<StoredBytes>;
}
