/**
 * What things cost the engine, compared with each other, and the bounds that follow from it. A bound that one file alone knows
 * stands in that file.
 *
 * `npm run bench:search -- --part costs` measures the costs. At 100,000 repositories on a busy core, in nanoseconds of
 * CPU: a posting 1 within a long list, 80 alone in one; a name searched 200; a doc decided, with its texts, 1,200; a
 * term searched 90; the tags of a doc reached 50. `--part latency` and `--part load` show what a choice of numbers does
 * to whole queries and writes.
 */

/** The unit of most costs: adding one doc of a sorted list to a bitset. */
export type PostingCount = number;

/**
 * Milliseconds that a query goes on before others have a turn. Its last step may add some hundred microseconds, and
 * nothing may hold the event loop for 5 ms: "longest stall" of `--part latency`.
 */
export const SLICE_MS = 2;

/** Queries that are not done within their first slice. `npm run bench:attack` shows both bounds. */
export const WAITING = {
  /** At most so many wait: at some milliseconds each, those behind would wait longer than people do. */
  queries: 64,
  /** So many of them take turns; the others have not begun, and take no memory yet. */
  begun: 6,
} as const;

/** What is done between two looks at the clock: each of these takes 10 to 100 microseconds. */
export const STEP = {
  /** Docs and lists united into a bitset. */
  postings: 8_000,
  /** Docs of which one number each is looked at, or tags. */
  numbers: 5_000,
  /** Names or words along a sorted list. */
  sorted: 512,
  /** Docs along one, whose names are not read. */
  unread: 2_048,
  /** Names, texts or terms searched for a text. */
  texts: 250,
  /** Terms compared with a misspelt one, most of which differ too much in length. */
  spellings: 2_000,
  /** Docs decided by all conditions of a query, which may be hundreds. */
  decisions: 16,
} as const;

/**
 * A decision takes as long as 15 postings that are alone in their lists, or as a thousand of long lists: most are in
 * these.
 */
const POSTINGS_A_DECISION: PostingCount = 512;
/** Docs decided one by one at most: 0.1 ms, as long as most queries take at 100,000 repositories. */
const MAX_DECISIONS = 96;

/** Whether to decide so many docs one by one is cheaper than to go through lists of so many postings. */
export function isRecheckCheaper(docs: number, postings: PostingCount): boolean {
  return docs <= MAX_DECISIONS && docs * POSTINGS_A_DECISION <= postings;
}

/**
 * So many docs are read one by one for each query, rather than caching what is found or going through more lists: 0.1
 * ms where it is tags that are read.
 */
export const FEW_READ_DOCS = 1_000;

/** How a text that goes beyond a term is found: lists give candidates, each of which is then read. */
export const ACROSS_TERMS = {
  /** So many candidates are read without another list: 0.05 ms for names. */
  fewCandidates: 250,
  /** Docs with the first terms of a run that are read rather than going on with the next: 0.05 ms for texts. */
  fewRuns: 32,
  /** Postings of another list that may be gone through for each candidate, of which it spares some. */
  postingsPerCandidate: 16,
  /** Candidates to each term that may be searched for an outer end of the text: hardly more than half are spared. */
  candidatesPerTerm: 2,
  /** A text may have hundreds of boundaries and terms; what is left after the eight rarest mostly holds the text. */
  maxSources: 8,
} as const;

/** Names that are searched in the time that a list takes: half a name for one posting, five for a thousand. */
export const NAMES_A_LIST = 3;

/** Docs of a set that are looked at in the time of a step along an order, which is one anywhere in memory. */
export const DOCS_A_STEP = 3;

/** A text's matches are cached once finding them has cost more than caching them does. */
export interface CachingPolicy {
  /** Results of all kinds together; each takes some time of each write. */
  readonly maxResults: number;
  /** A text in at most so many lists is found as quickly as it is taken from the cache. */
  readonly fewLists: number;
  /** To go through one list costs as much as to cache matches of so many docs. */
  readonly docsPerList: number;
}

/**
 * Four hundred cached results are most of what a write costs in `--part load`. To go through sixteen lists takes as
 * long as to copy a cached result of 100,000 docs.
 */
export const CACHING: CachingPolicy = { maxResults: 400, fewLists: 16, docsPerList: 1_000 };

/**
 * Bytes a doc that all cached results may take: a tenth of what the index takes (`bytes a repository` of `--part
 * latency`).
 */
export const CACHE_BYTES_A_DOC = 48;
/** Bytes that they may take where that is more. */
export const CACHE_MIN_BYTES = 16e6;

/**
 * A list becomes a bitset when it holds more than one doc in 32: from there on bits take less memory than 32-bit
 * numbers. Shorter lists stay as they are: a bitset of a million docs is emptied in the time of thousands of postings.
 */
export const DENSE = { docsPerPosting: 32, minPostings: 2_048 } as const;
