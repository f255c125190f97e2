import { LRUCache } from 'lru-cache';

/** Counts wrong passwords, so that they cannot be tried out. */
export interface Attempts {
  /**
   * Notes an attempt that begins. Returns the seconds after which it may be made, where too many have failed; those are
   * not noted.
   */
  begin(attempt: Attempt): number | undefined;
  /** Takes an attempt back that was no wrong password. */
  forgive(attempt: Attempt): void;
}

export interface Attempt {
  readonly name: string;
  /** The address of the client. */
  readonly address: string;
}

export interface AttemptLimits {
  /** A minute, for a name from one address. */
  readonly ofAddress: number;
  /** A minute, for a name from all addresses: more, so that one stranger does not lock a user out at once. */
  readonly ofName: number;
}

export const ATTEMPT_LIMITS: AttemptLimits = { ofAddress: 10, ofName: 100 };

const WINDOW_MS = 60_000;
/** Counts that are kept; of more, the oldest are forgotten. */
const MAX_COUNTS = 20_000;

interface Count {
  readonly endsAtMs: number;
  attempts: number;
}

/** `now` is milliseconds of any clock. */
export function createAttempts(limits: AttemptLimits, now: () => number): Attempts {
  const counts = new LRUCache<string, Count>({ max: MAX_COUNTS });

  const countOf = (key: string) => {
    const known = counts.get(key);
    if (known && known.endsAtMs > now()) return known;
    const count = { endsAtMs: now() + WINDOW_MS, attempts: 0 };
    counts.set(key, count);
    return count;
  };
  const countsOf = ({ name, address }: Attempt) => [
    { count: countOf(JSON.stringify([name, address])), most: limits.ofAddress },
    { count: countOf(JSON.stringify([name])), most: limits.ofName },
  ];

  return {
    begin(attempt) {
      const both = countsOf(attempt);
      const full = both.filter(({ count, most }) => count.attempts >= most).map(({ count }) => count.endsAtMs);
      if (full.length > 0) return Math.max(1, Math.ceil((Math.max(...full) - now()) / 1_000));
      for (const { count } of both) count.attempts += 1;
      return undefined;
    },
    forgive(attempt) {
      for (const { count } of countsOf(attempt)) count.attempts = Math.max(0, count.attempts - 1);
    },
  };
}
