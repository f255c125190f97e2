import { LRUCache } from 'lru-cache';
import { type Asker, createSingleFlight, type SingleFlight } from '../../async/single-flight.ts';
import type { Answer, SearchEngine } from '../../search/api.ts';
import type { ServedIndex } from '../../search/view.ts';

/** Remembers answers, so that what many ask is not worked out for each of them. */
export interface AnswerCache {
  /** The answer to a request: remembered while it is fresh, and else what `compute` makes. */
  answer(request: AskedRequest, served: ServedIndex, compute: ComputeAnswer): Answer<Sendable>;
}

export interface Sendable {
  /** JSON as text, or its UTF-8, which is what is remembered of it. */
  readonly body: string | Buffer;
  /** Of the header `Link`: where the next page is. */
  readonly link?: string | undefined;
}

/** Works out an answer; gives up when the signal aborts. */
export type ComputeAnswer = (signal: AbortSignal) => Answer<Computed>;

export interface Computed extends Sendable {
  readonly body: string;
  /** Whether time alone may change it: it was asked for by age. False if left out. */
  readonly isTimed?: boolean;
}

/** Requests of the same URL have the same answer. */
export interface AskedRequest extends Asker {
  readonly url: string;
}

export interface AnswerCacheDeps {
  readonly maxBytes: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onAnswer: (source: 'cache' | 'engine') => void;
}

interface Remembered extends Sendable {
  readonly body: Buffer;
  readonly isTimed: boolean;
  readonly askedAtMs: number;
  /** The engine's, before the answer was worked out. */
  readonly version: number;
  readonly incomplete: boolean;
}

/**
 * How old an answer may be though something was written since. A replica looks at the change feed once a second at most,
 * so an answer of the last second is about as new as any; without this, a hundred writes a second would leave none fresh.
 */
const FRESH_MS = 1_000;
/** Characters of an answer that takes the place of many others, and is remembered only where it is asked for again. */
const LARGE = 64 * 1_024;
/** What an entry takes beside its key and answer, roughly. */
const ENTRY_BYTES = 400;

interface Memory {
  readonly remembered: LRUCache<string, Remembered>;
  readonly wasAsked: Doorkeeper;
  readonly work: SingleFlight<Sendable>;
}

/**
 * Answers are remembered by engine, and forgotten with it. What is being worked out already is waited for. What can be
 * answered at once, or is large, is remembered only when it is asked for again: most never is, and whatever is remembered
 * for some seconds takes a full collection to be tidied away.
 */
export function createAnswerCache({ maxBytes, now, onAnswer }: AnswerCacheDeps): AnswerCache {
  const memories = new WeakMap<SearchEngine, Memory>();

  const memoryOf = (engine: SearchEngine) => {
    const known = memories.get(engine);
    if (known) return known;
    const memory = createMemory(maxBytes);
    memories.set(engine, memory);
    return memory;
  };

  const workOut = (request: AskedRequest, { engine, incomplete }: ServedIndex, compute: ComputeAnswer) => {
    const { remembered, wasAsked, work } = memoryOf(engine);
    const isFirst = !wasAsked(request.url) && !remembered.has(request.url);
    const begun = { askedAtMs: now(), version: engine.version(), incomplete };
    const remember = ({ body, link, isTimed = false }: Computed) => {
      const answer = { ...begun, body: bytesOf(body), link, isTimed };
      remembered.set(request.url, answer);
      return answer;
    };
    return work.begin(request.url, request, (signal) => {
      const computed = compute(signal);
      if (!(computed instanceof Promise)) return isFirst ? computed : remember(computed);
      return computed.then((answer) => (isFirst && answer.body.length > LARGE ? answer : remember(answer)));
    });
  };

  return {
    answer(request, served, compute) {
      const { remembered, work } = memoryOf(served.engine);
      const known = remembered.get(request.url);
      const isKnown = known !== undefined && isFresh(known, served, now());
      const ready = isKnown ? known : work.join(request.url, request);
      onAnswer(ready === undefined ? 'engine' : 'cache');
      return ready ?? workOut(request, served, compute);
    },
  };
}

function createMemory(maxSize: number): Memory {
  const sizeCalculation = ({ body }: Remembered, key: string) => key.length + body.length + ENTRY_BYTES;
  const remembered = new LRUCache<string, Remembered>({ maxSize, sizeCalculation });
  return { remembered, wasAsked: createDoorkeeper(), work: createSingleFlight() };
}

/** In memory of its own: a small part of memory that is shared would keep all of that. */
function bytesOf(text: string): Buffer {
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text));
  bytes.write(text);
  return bytes;
}

function isFresh(known: Remembered, { engine, incomplete }: ServedIndex, nowMs: number): boolean {
  if (known.incomplete !== incomplete) return false;
  if (known.version === engine.version() && !known.isTimed) return true;
  const ageMs = nowMs - known.askedAtMs;
  // A clock may be set back.
  return ageMs >= 0 && ageMs < FRESH_MS;
}

/** Notes that a URL is asked for, and says whether it was before. */
export type Doorkeeper = (url: string) => boolean;

const PLACE_BITS = 14;

/**
 * A number for each of the latest thousands of URLs, in memory that nothing has to tidy up. A URL is forgotten when
 * another comes to its place; and may, once in billions, be taken for the one before it.
 */
export function createDoorkeeper(): Doorkeeper {
  const hashes = new Int32Array(1 << PLACE_BITS);
  return (url) => {
    const hash = hashOf(url);
    const place = hash >>> (32 - PLACE_BITS);
    const isKnown = hashes[place] === hash;
    hashes[place] = hash;
    return isKnown;
  };
}

/** FNV-1a, over 16-bit units. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash;
}
