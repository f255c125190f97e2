import { hash, randomFillSync } from 'node:crypto';
import { maxHeaderSize } from 'node:http';
import { LRUCache } from 'lru-cache';
import type { Caller } from './rules.ts';

/** A caller whose credential was found good. */
export interface KnownCaller {
  readonly caller: Caller;
  /** When the credential was last found good; milliseconds since 1970. */
  readonly checkedAtMs: number;
  /** When the credential ends by itself. */
  readonly expiresAtMs: number;
  /** When it is checked again. */
  recheckAtMs: number;
}

/**
 * Credentials that were checked a moment ago. None of them is kept, but a hash of each that holds for this process
 * alone.
 */
export interface KnownCallers {
  /** The key, in this memory, of a credential: of the header that it came in. */
  keyOf(header: string): string;
  get(key: string): KnownCaller | undefined;
  set(key: string, known: KnownCaller): void;
  delete(key: string): void;
  wasRefused(key: string): boolean;
  refuse(key: string): void;
  clear(): void;
  size(): number;
}

const MAX_CALLERS = 10_000;
/** How long a wrong credential is refused without asking again. */
const REFUSED_MS = 5_000;
const SECRET_BYTES = 32;
/** Node.js reads no more of all headers of a request, one byte a character. */
const MAX_HEADER_BYTES = maxHeaderSize;

/** `now` is milliseconds since 1970. */
export function createKnownCallers(now: () => number): KnownCallers {
  const known = new LRUCache<string, KnownCaller>({ max: MAX_CALLERS });
  const refused = new LRUCache<string, number>({ max: MAX_CALLERS });
  /** Begins with the secret. */
  const room = Buffer.alloc(SECRET_BYTES + MAX_HEADER_BYTES);
  randomFillSync(room, 0, SECRET_BYTES);
  return {
    // In one call: the objects of an HMAC take longer than all else that is done for a known caller. Nobody sees a key,
    // so that none can be made from another.
    keyOf(header) {
      if (header.length > MAX_HEADER_BYTES) throw new Error('a header longer than Node.js reads');
      const end = SECRET_BYTES + room.write(header, SECRET_BYTES, 'latin1');
      return hash('sha256', room.subarray(0, end), 'binary');
    },
    get: (key) => known.get(key),
    set(key, caller) {
      refused.delete(key);
      known.set(key, caller);
    },
    delete: (key) => void known.delete(key),
    wasRefused(key) {
      const atMs = refused.get(key);
      return atMs !== undefined && Math.abs(now() - atMs) < REFUSED_MS;
    },
    refuse(key) {
      known.delete(key);
      refused.set(key, now());
    },
    clear() {
      known.clear();
      refused.clear();
    },
    size: () => known.size,
  };
}
