import type { RepositoryRecord, TagEntry } from '../dynamodb/records/record.ts';
import type { ChartVersion } from '../oci/chart-version.ts';
import type { Serializable } from './archive.ts';
import type { Hint, Relaxation } from './query/hint.ts';
import type { Query } from './query/query.ts';
import type { Sort, TagSort } from './query/sort.ts';

/** Repositories that a caller may know of, by their names. */
export interface Grant {
  /**
   * Patterns of names, of which one must fit: `*` stands for any characters but `/`, `**` for any at all. Undefined is
   * all names.
   */
  readonly names: readonly string[] | undefined;
  /** Patterns of names that are not among them; what another grant has is seen all the same. */
  readonly except?: readonly string[] | undefined;
  /** Whether private repositories are among them. */
  readonly showPrivate: boolean;
}

/** Which repositories the caller may know of: those of any of the grants, and none where there is no grant. */
export type Visibility = readonly Grant[];

/** Where a page begins: at a place in the order, or after the hit that a page before ended with. */
export type Start =
  /** `offset + limit` may be at most `DEEPEST_HIT`. */
  | { readonly kind: 'offset'; readonly offset: number }
  /** A `next` of a page of the same query; goes as deep as there are hits. */
  | { readonly kind: 'cursor'; readonly cursor: string };

/** What the client can use: docker and podman pull images, and no charts. */
export type PreferredType = 'images';

export interface SearchQuery {
  readonly query: Query;
  readonly sort: Sort;
  /** Others are put back in the order of relevance; all count the same when left out. */
  readonly prefer?: PreferredType | undefined;
  readonly start: Start;
  /** At least 1. */
  readonly limit: number;
  readonly visibility: Visibility;
  /** What to show of each hit besides its name and description. */
  readonly show?: Show | undefined;
}

export type Show =
  /** All that the index holds, without the list of its tags. */
  | { readonly kind: 'details' }
  /** The tags of that digest, or of one that begins so. */
  | { readonly kind: 'digest'; readonly digest: string };

/** What a page shows of a repository. */
export interface Hit {
  readonly name: string;
  /** Its summary or else its title, as its record says them; empty where it has neither. */
  readonly description: string;
  /** Only where `show` asks for details. */
  readonly details?: Details | undefined;
  /** Only where `show` asks for tags of a digest. */
  readonly tags?: readonly string[] | undefined;
}

/** What the index holds of a repository, as its record says it. */
export interface Details
  extends Pick<
    RepositoryRecord,
    'title' | 'summary' | 'labels' | 'types' | 'platforms' | 'referrers' | 'isPrivate' | 'pushedAtMs'
  > {
  /** The one that text, labels and platforms come from; undefined where that is unknown. */
  readonly tag: { readonly name: string; readonly digest: string } | undefined;
  readonly tagCount: number;
}

export interface RepositoryQuery {
  readonly name: string;
  readonly tags: TagQuery;
  readonly visibility: Visibility;
}

export interface TagQuery {
  /** A part of the name, or with `*` and `?` a pattern of all of it; in any case of letters. */
  readonly filter: string | undefined;
  readonly sort: TagSort;
  /** A `next` of a page of the same tags in the same order. */
  readonly cursor: string | undefined;
  /** At least 1. */
  readonly limit: number;
}

/** One repository, with a page of its tags. */
export interface RepositoryPage extends Pick<Hit, 'name' | 'description'> {
  readonly details: Details;
  /** The image that it says it is built on. */
  readonly base: BaseImage | undefined;
  /** Those that say they are built on it, and may be seen. */
  readonly dependents: Dependents;
  readonly tags: TagPage;
}

export interface BaseImage {
  /** As the repository writes it. */
  readonly reference: string;
  /** Repositories of that name, and mirrors of it, that may be seen. */
  readonly names: readonly string[];
}

export interface Dependents {
  readonly total: number;
  /** The first of them, in byte order. */
  readonly names: readonly string[];
}

export interface TagPage {
  /** Tags that fit the filter. */
  readonly total: number;
  readonly tags: readonly TagDetails[];
  /** The cursor of the page after this one; undefined when this is the last. */
  readonly next: string | undefined;
}

export interface TagDetails {
  readonly name: string;
  readonly digest: string;
  readonly pushedAtMs: number;
  /** In the normal form; undefined while they are not known. */
  readonly platforms: readonly string[] | undefined;
  /** Bytes of config and layers; undefined while they are not known. */
  readonly sizeBytes?: number | undefined;
  /** When it was built, to the minute, where it says so. */
  readonly createdAtMs?: number | undefined;
  /** Of a Helm chart. */
  readonly appVersion?: string | undefined;
  /** Other tags of the same digest, at most ten. */
  readonly aliases: readonly string[];
}

export interface SearchPage {
  /** Exact number of all hits, not of this page. */
  readonly total: number;
  readonly hits: readonly Hit[];
  /** The cursor of the page after this one; undefined when this is the last. */
  readonly next: string | undefined;
  /** What was searched: the query as it was typed, or what it may mean where nothing matches it so. */
  readonly interpreted: Query;
  /** What was searched, where its words are spelled otherwise than they were typed; else undefined. */
  readonly corrected: Query | undefined;
  /** How what was searched differs from what was typed; none where it does not. */
  readonly relaxed: readonly Relaxation[];
  /** What a person should know of the answer; at least one where nothing was found. */
  readonly hints: readonly Hint[];
}

/** A page that was found before. */
export interface EarlierPage extends Pick<SearchPage, 'next'> {
  /** The engine's before it was found. */
  readonly version: number;
}

/** Whether a page is of what was found as it was typed. */
export function isAsTyped({ total, relaxed, hints }: SearchPage): boolean {
  return total > 0 && relaxed.length === 0 && hints.length === 0;
}

export interface FacetQuery {
  readonly query: Query;
  /** What ages of pushes are counted back from; milliseconds since 1970. */
  readonly nowMs: number;
  readonly visibility: Visibility;
}

/** What hits have in common, by which a query may be narrowed. */
export interface FacetPage {
  /** What was searched: see `SearchPage`. */
  readonly interpreted: Query;
  readonly total: number;
  readonly facets: Readonly<Record<FacetKind, readonly FacetCount[]>>;
}

export type FacetKind = 'type' | 'os' | 'arch' | 'namespace' | 'label' | 'pushed' | 'mark';

export interface FacetCount {
  readonly value: string;
  /** Added to `interpreted`, it finds `count` repositories. */
  readonly filter: string;
  readonly count: number;
}

export interface CatalogQuery {
  /** Names after this one, in byte order; undefined begins at the first. */
  readonly last: string | undefined;
  readonly limit: number;
  readonly visibility: Visibility;
}

export interface CatalogPage {
  readonly names: readonly string[];
  readonly more: boolean;
}

export interface SuggestQuery {
  /** What was typed so far: words that the name has, of which the last may be unfinished. */
  readonly prefix: string;
  readonly limit: number;
  readonly visibility: Visibility;
}

export interface ChartsQuery {
  /** Charts below this alone; undefined is all. */
  readonly namespace: string | undefined;
  readonly visibility: Visibility;
}

/** The Helm charts of one repository. */
export interface ChartRepository {
  readonly name: string;
  readonly tags: readonly ChartTag[];
}

/** A tag that is named after a chart version. */
export interface ChartTag extends Pick<TagEntry, 'pushedAtMs'> {
  readonly chart: ChartVersion;
}

export interface EngineSize {
  readonly repositories: number;
  readonly tags: number;
}

/** An answer, at once where the work is short; longer work lets other things happen in between, and gives a promise. */
export type Answer<T> = T | Promise<T>;

/**
 * The index in memory. An answer contains every write made before it was asked for; writes made while a long one is
 * worked on may be contained as well, each wholly or not at all.
 */
export interface SearchEngine extends Serializable {
  /** Returns its doc: a small number that is its own until it is removed, for columns that are kept elsewhere. */
  upsert(record: RepositoryRecord): number;
  /** Does nothing when the name is not there. */
  remove(name: string): void;
  docOf(name: string): number | undefined;
  /** When the newest push was to the repository of a doc; milliseconds since 1970. */
  pushedAtMs(doc: number): number;
  /**
   * Throws or rejects with a QueryRefused, with the signal's reason or, only where there is a signal, an EngineBusy.
   */
  search(query: SearchQuery, signal?: AbortSignal): Answer<SearchPage>;
  /**
   * Whether a search may find another page now than an earlier one of what was found as it was typed. Where that is as
   * long to find out as to search again, it may. Throws or rejects as `search` does.
   */
  mayDiffer(query: SearchQuery, earlier: EarlierPage, signal?: AbortSignal): Answer<boolean>;
  /** Throws or rejects as `search` does; so does `suggest`. */
  catalog(query: CatalogQuery, signal?: AbortSignal): Answer<CatalogPage>;
  /** Undefined where there is none that may be seen. Throws or rejects as `search` does. */
  repository(query: RepositoryQuery, signal?: AbortSignal): Answer<RepositoryPage | undefined>;
  /**
   * Counts of all hits, the largest first. A repository that is written while they are counted may be left out of some.
   * Throws or rejects as `search` does.
   */
  facets(query: FacetQuery, signal?: AbortSignal): Answer<FacetPage>;
  /** Names that what was typed may become, best first. */
  suggest(query: SuggestQuery, signal?: AbortSignal): Answer<readonly string[]>;
  /** Repositories with charts, by name in byte order. Throws or rejects as `search` does. */
  charts(query: ChartsQuery, signal?: AbortSignal): Answer<readonly ChartRepository[]>;
  /** Changes with every write: what was found at this version is still right. */
  version(): number;
  /** All that there is, or only what is not private. */
  size(seen?: Pick<Grant, 'showPrivate'>): EngineSize;
  /** What may be seen of that. Throws or rejects as `search` does. */
  count(visibility: Visibility, signal?: AbortSignal): Answer<EngineSize>;
}

/** How far pages go by offset; beyond, by cursor. */
export const DEEPEST_HIT = 10_000;

const REFUSALS = {
  OFFSET_TOO_DEEP: `pages by offset end at hit ${DEEPEST_HIT}; narrow the search, or go on by cursor`,
  CURSOR_INVALID: 'the cursor is not one that a page of this search ended with',
} as const;

/** The query asks for a page that cannot be given; nothing is wrong with the index. */
export class QueryRefused extends Error {
  readonly code: keyof typeof REFUSALS;

  constructor(code: keyof typeof REFUSALS) {
    super(REFUSALS[code]);
    this.name = 'QueryRefused';
    this.code = code;
  }
}

/** So much work waits for its turn that more is refused; what is short is answered all the same. */
export class EngineBusy extends Error {
  constructor() {
    super('the engine has as much work as may wait');
    this.name = 'EngineBusy';
  }
}
