import type { RepositoryRecord } from '../index/record.ts';

export interface SearchQuery {
  /** One literal, case-insensitive substring of name, title or summary; empty finds everything. */
  readonly term: string;
  readonly offset: number;
  /** At least 1. */
  readonly limit: number;
}

export interface SearchPage {
  /** Exact number of all hits, not of this page. */
  readonly total: number;
  /** Best first. */
  readonly hits: readonly RepositoryRecord[];
}

export interface CatalogQuery {
  /** Names after this one, in byte order; undefined begins at the first. */
  readonly last: string | undefined;
  readonly limit: number;
}

export interface CatalogPage {
  readonly names: readonly string[];
  readonly more: boolean;
}

export interface EngineSize {
  readonly repositories: number;
  readonly tags: number;
}

/** The index in memory. All calls are synchronous and see every write made before them. */
export interface SearchEngine {
  upsert(record: RepositoryRecord): void;
  /** Does nothing when the name is not there. */
  remove(name: string): void;
  has(name: string): boolean;
  search(query: SearchQuery): SearchPage;
  catalog(query: CatalogQuery): CatalogPage;
  size(): EngineSize;
}
