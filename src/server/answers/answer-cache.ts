import { LRUCache } from 'lru-cache';
import { createSingleFlight, type SingleFlight, type Waiting } from '../../async/single-flight.ts';
import type { Answer, EarlierPage, SearchEngine } from '../../search/api.ts';
import type { ServedIndex } from '../../search/served-index.ts';

/** Keeps answers, so that what many clients ask is not worked out for each of them. */
export interface AnswerCache {
  /** The kept answer to a request while that is fresh, else what `compute` makes. */
  answer(request: CacheableRequest, served: ServedIndex, compute: ComputeAnswer): Answer<Sendable>;
}

export interface Sendable {
  /** JSON; as UTF-8 where it comes from the cache. */
  readonly body: string | Buffer;
  /** The header `Link`, which leads to the next page. */
  readonly link?: string | undefined;
}

/**
 * Works out an answer; gives up when the signal aborts. Returns the one that is kept where it finds out that this is
 * still right.
 */
export type ComputeAnswer = (signal: AbortSignal, kept: KeptAnswer | undefined) => Answer<Computed>;

export interface Computed extends Sendable {
  /** Whether it changes with time alone, as by a filter of ages; false when left out. */
  readonly isTimed?: boolean | undefined;
  /** Of what was found as it was typed and does not change with time alone: where its next page begins. */
  readonly asTyped?: Pick<EarlierPage, 'next'> | undefined;
}

/** A page of what was found as it was typed. */
export interface KeptAnswer extends Computed {
  readonly asTyped: Pick<EarlierPage, 'next'>;
  /** The engine's before it was worked out, or was found to be still right. */
  readonly version: number;
}

/** Requests of the same key have the same answer: it names who sees what, the URL and the form of the answer. */
export interface CacheableRequest extends Waiting {
  readonly key: string;
}

export interface AnswerCacheDeps {
  readonly maxBytes: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onAnswer: (source: 'cache' | 'engine') => void;
}

interface Cached extends Computed {
  readonly body: Buffer;
  readonly version: number;
  readonly askedAtMs: number;
  readonly incomplete: boolean;
}

/**
 * How long a kept answer is given although the index has changed, as by a backfill or a resync: without this, a hundred
 * writes a second would leave no answer fresh. One from before a push is not given at all, for a client may look for
 * it: pushes come to a replica together, ten times a second at most.
 */
const FRESH_MS = 1_000;
/** A larger answer takes the place of many others, so it is kept only when it is asked for again. */
const LARGE_CHARACTERS = 64 * 1_024;
/** Memory of an entry besides its key and body, roughly. */
const ENTRY_BYTES = 400;

interface Asking {
  readonly request: CacheableRequest;
  /** The kept answer, which is no longer fresh. */
  readonly known: Cached | undefined;
}

interface EngineCache {
  readonly kept: LRUCache<string, Cached>;
  readonly wasAsked: Doorkeeper;
  readonly work: SingleFlight<Sendable>;
}

/**
 * A cache for each engine, which goes with it. Requests for an answer that is being worked out wait for that one. An
 * answer that was there at once, or is large, is kept only when it is asked for again: most never are, and what is kept
 * for some seconds is freed only by a full garbage collection.
 */
export function createAnswerCache({ maxBytes, now, onAnswer }: AnswerCacheDeps): AnswerCache {
  const caches = new WeakMap<SearchEngine, EngineCache>();

  const cacheOf = (engine: SearchEngine) => {
    const known = caches.get(engine);
    if (known) return known;
    const cache = createEngineCache(maxBytes);
    caches.set(engine, cache);
    return cache;
  };

  const workOut = ({ request, known }: Asking, { engine, incomplete }: ServedIndex, compute: ComputeAnswer) => {
    const { kept, wasAsked, work } = cacheOf(engine);
    const isFirst = !wasAsked(request.key) && !known;
    const begun = { askedAtMs: now(), version: engine.version(), incomplete };
    const keep = ({ body, link, isTimed, asTyped }: Computed) => {
      const answer = { ...begun, body: bytesOf(body), link, isTimed, asTyped };
      kept.set(request.key, answer);
      return answer;
    };
    const asTyped = known?.incomplete === incomplete ? known.asTyped : undefined;
    return work.begin(request.key, request, (signal) => {
      const computed = compute(signal, known && asTyped ? { ...known, asTyped } : undefined);
      if (!(computed instanceof Promise)) return isFirst ? computed : keep(computed);
      return computed.then((answer) => (isFirst && answer.body.length > LARGE_CHARACTERS ? answer : keep(answer)));
    });
  };

  return {
    answer(request, served, compute) {
      const { kept, work } = cacheOf(served.engine);
      const known = kept.get(request.key);
      const isKnown = known !== undefined && isFresh(known, served, now());
      const ready = isKnown ? known : work.join(request.key, request);
      onAnswer(ready === undefined ? 'engine' : 'cache');
      return ready ?? workOut({ request, known }, served, compute);
    },
  };
}

function createEngineCache(maxSize: number): EngineCache {
  const sizeCalculation = ({ body }: Cached, key: string) => key.length + body.length + ENTRY_BYTES;
  const kept = new LRUCache<string, Cached>({ maxSize, sizeCalculation });
  return { kept, wasAsked: createDoorkeeper(), work: createSingleFlight() };
}

/** In memory of its own: a slice of Node's shared pool would keep all of the pool. */
function bytesOf(text: Sendable['body']): Buffer {
  if (typeof text !== 'string') return text;
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text));
  bytes.write(text);
  return bytes;
}

function isFresh(known: Cached, { engine, incomplete, pushedVersion = 0 }: ServedIndex, nowMs: number): boolean {
  if (known.incomplete !== incomplete) return false;
  if (known.version === engine.version() && !known.isTimed) return true;
  if (known.version < pushedVersion) return false;
  const ageMs = nowMs - known.askedAtMs;
  // The clock may be set back.
  return ageMs >= 0 && ageMs < FRESH_MS;
}

/** Notes that a URL was asked for; returns whether it had been before. */
export type Doorkeeper = (url: string) => boolean;

const SLOT_BITS = 14;

/**
 * Keeps a hash of each of the latest 16,384 URLs, in memory that no garbage collection looks at. A URL is forgotten
 * when another falls into the same slot; one in billions is taken for the one before it.
 */
export function createDoorkeeper(): Doorkeeper {
  const hashes = new Int32Array(1 << SLOT_BITS);
  return (url) => {
    const hash = hashOf(url);
    const slot = hash >>> (32 - SLOT_BITS);
    const isKnown = hashes[slot] === hash;
    hashes[slot] = hash;
    return isKnown;
  };
}

/** FNV-1a, over 16-bit units. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash;
}
