import type { Language } from './language.ts';

export type Theme = 'light' | 'dark';

/** What every part of a page may need to know of the request. */
export interface Page {
  readonly language: Language;
  /** Chosen by the reader; undefined leaves it to the system. */
  readonly theme: Theme | undefined;
  /** What people pull from, such as `registry.example.com:5000`. */
  readonly registry: string;
  /** False where that is not configured, and the address of the page stands in for it. */
  readonly isRegistryKnown: boolean;
  /** Path and query of this page. */
  readonly url: string;
  /** Who reads; undefined for whoever has not logged in. */
  readonly user: string | undefined;
  readonly canLogIn: boolean;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  /** How many repositories the reader sees; undefined where nobody counted. */
  readonly repositories?: number | undefined;
  readonly assets: AssetUrls;
}

export interface AssetUrls {
  readonly style: string;
  readonly script: string;
}
