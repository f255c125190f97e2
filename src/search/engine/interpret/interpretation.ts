import type { Relaxation } from '../../query/hint.ts';
import type { Condition, Query } from '../../query/query.ts';
import type { Share } from '../match/holders.ts';
import type { VisibleIndex } from '../match/visibility.ts';
import type { Bitsets } from '../structures/bitset-pool.ts';
import type { Steps } from '../structures/scheduler.ts';

/** What a query may mean. */
export interface Interpretation {
  readonly query: Query;
  /** How that differs from what was typed. */
  readonly relaxed: readonly Relaxation[];
  /** What the hits should have besides, where some have it. */
  readonly preferred?: readonly Preference[];
}

/** A tag or a digest that a reference names, or the version at the end of a word such as `python3.12`. */
export type Preference =
  | { readonly kind: 'tag'; readonly tag: string }
  /** A tag that begins with it and goes on after a dot or a dash. */
  | { readonly kind: 'tagStart'; readonly tag: string }
  | { readonly kind: 'digest'; readonly digest: string };

/** What an interpreter may look at. What it proposes must be known from what may be seen. */
export interface Interpreting extends VisibleIndex {
  /** Finds nothing as it stands. Of a reference the words of its path. */
  readonly query: Query;
  readonly newBitsets: () => Bitsets;
  /** How many repositories that may be seen a query finds. */
  readonly count: (query: Query) => Steps<number>;
  /** Whether one that may be seen has a condition, whatever else is asked for. */
  readonly isKnown: (condition: Condition) => Steps<boolean>;
  /** Of each condition: whether hits of `query` have it, and how many have all the others. */
  readonly countEach: (query: Query, conditions: readonly Condition[]) => Steps<readonly Share[]>;
}

/** Proposes a few meanings, likeliest first; the first that finds something is the answer. */
export type Interpreter = (asked: Interpreting) => Steps<readonly Interpretation[]>;

/** Searches a query; undefined where it finds nothing. */
export type Try<Page> = (query: Query) => Steps<Page | undefined>;

/** What something was found for. */
export interface Interpreted<Page> {
  readonly query: Query;
  readonly relaxed: readonly Relaxation[];
  readonly page: Page;
}

const WORDS: ReadonlySet<Condition['kind']> = new Set<Condition['kind']>(['text', 'pattern', 'spelled', 'name']);

/** Whether a condition is on what repositories are called and what is said of them, rather than a filter. */
export function isWord({ kind }: Condition): boolean {
  return WORDS.has(kind);
}
