export interface TokenBucketOptions {
  readonly perSecond: number;
  /** Tokens that lie ready after a quiet time. */
  readonly burst: number;
  readonly now: () => number;
}

/** Takes a token, also one that is yet to come, and returns how many milliseconds until it is there. */
export type TokenBucket = () => number;

export function createTokenBucket({ perSecond, burst, now }: TokenBucketOptions): TokenBucket {
  let tokens = burst;
  let countedAt = now();
  return () => {
    const at = now();
    tokens = Math.min(burst, tokens + ((at - countedAt) / 1000) * perSecond) - 1;
    countedAt = at;
    return tokens >= 0 ? 0 : (-tokens / perSecond) * 1000;
  };
}
