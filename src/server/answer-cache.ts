import { LRUCache } from 'lru-cache';
import type { Answer, SearchEngine } from '../search/engine.ts';
import type { ServedIndex } from '../search/view.ts';

/** Remembers answers, so that what many ask is worked out once. */
export interface AnswerCache {
  /** The answer to `key`, a request's URL: remembered while it is fresh, and else what `compute` makes. */
  answer(key: string, served: ServedIndex, compute: () => Answer<string>): Answer<string>;
}

export interface AnswerCacheDeps {
  readonly maxBytes: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onAnswer: (source: 'cache' | 'engine') => void;
}

interface Remembered {
  readonly answer: string;
  /** Of the engine, when the answer was begun. */
  readonly version: number;
  readonly askedAtMs: number;
  readonly incomplete: boolean;
}

/**
 * A replica looks at the change feed once a second, so an answer of the last second is as new as any. Without this, a
 * hundred writes a second would leave no answer fresh.
 */
const ALWAYS_FRESH_MS = 1_000;
/** For how long an answer is fresh while nothing is written: ages such as `pushed:<30d` move on with the clock. */
const UNCHANGED_FRESH_MS = 60_000;
/** What an entry takes beside its key and answer, roughly. */
const ENTRY_BYTES = 200;
/** Of strings with characters beyond Latin 1; others take half of it. */
const CHARACTER_BYTES = 2;

/** Answers are remembered by engine, and forgotten with it. */
export function createAnswerCache({ maxBytes, now, onAnswer }: AnswerCacheDeps): AnswerCache {
  const memories = new WeakMap<SearchEngine, LRUCache<string, Remembered>>();

  const memoryOf = (engine: SearchEngine) => {
    const known = memories.get(engine);
    if (known) return known;
    const memory = createMemory(maxBytes);
    memories.set(engine, memory);
    return memory;
  };

  return {
    answer(key, served, compute) {
      const memory = memoryOf(served.engine);
      const nowMs = now();
      const known = memory.get(key);
      const isHit = known !== undefined && isFresh(known, served, nowMs);
      onAnswer(isHit ? 'cache' : 'engine');
      if (isHit) return known.answer;
      const version = served.engine.version();
      const { incomplete } = served;
      const remember = (answer: string) => {
        memory.set(key, { answer, version, askedAtMs: nowMs, incomplete });
        return answer;
      };
      const computed = compute();
      return computed instanceof Promise ? computed.then(remember) : remember(computed);
    },
  };
}

function createMemory(maxSize: number): LRUCache<string, Remembered> {
  const sizeCalculation = ({ answer }: Remembered, key: string) =>
    CHARACTER_BYTES * (key.length + answer.length) + ENTRY_BYTES;
  return new LRUCache({ maxSize, sizeCalculation });
}

function isFresh({ version, askedAtMs, incomplete }: Remembered, served: ServedIndex, nowMs: number): boolean {
  if (incomplete !== served.incomplete) return false;
  const ageMs = nowMs - askedAtMs;
  return ageMs < (version === served.engine.version() ? UNCHANGED_FRESH_MS : ALWAYS_FRESH_MS);
}
