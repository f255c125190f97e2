export interface TokenBucketOptions {
  readonly perSecond: number;
  /** The most tokens that an idle bucket collects. */
  readonly burst: number;
  /** Tokens at the start; as many as `burst` if left out. */
  readonly initial?: number;
  /** Milliseconds of any clock. */
  readonly now?: () => number;
}

/**
 * Takes tokens (one if left out), and returns the milliseconds until they are there. Tokens that are not there yet are
 * owed, and the next caller waits for them too: so the rate holds however many tokens one caller takes.
 */
export type TokenBucket = (tokens?: number) => number;

export function createTokenBucket(options: TokenBucketOptions): TokenBucket {
  const { perSecond, burst, initial = burst, now = () => performance.now() } = options;
  let left = initial;
  let countedAtMs = now();
  return (tokens = 1) => {
    const passedMs = now() - countedAtMs;
    countedAtMs += passedMs;
    left = Math.min(burst, left + (passedMs / 1_000) * perSecond) - tokens;
    return left >= 0 ? 0 : (-left / perSecond) * 1_000;
  };
}
