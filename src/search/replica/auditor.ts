/** Does one long walk now and then, some steps at a time, between other work. */
export interface Auditor {
  /** Goes on with the walk for a while, or begins one when it is due; answers with how much it mended. */
  goOn(signal: AbortSignal): Promise<number>;
  /** Makes the next walk due at once. */
  hurry(): void;
  /** Whether a walk has begun and is not at its end. */
  isUnderWay(): boolean;
}

export interface AuditorOptions {
  readonly begin: (signal: AbortSignal) => AsyncGenerator<number>;
  readonly intervalMs: number;
  /** How long to go on at a time; at least one step is taken. */
  readonly stretchMs: number;
  readonly now: () => number;
}

/** A walk that fails begins again at the next step. */
export function createAuditor({ begin, intervalMs, stretchMs, now }: AuditorOptions): Auditor {
  let walk: AsyncGenerator<number> | undefined;
  let dueAtMs = now() + intervalMs;

  const finish = () => {
    walk = undefined;
    dueAtMs = now() + intervalMs;
  };

  const step = async (signal: AbortSignal): Promise<number> => {
    const under = walk ?? begin(signal);
    walk = undefined;
    const { done, value } = await under.next();
    if (done) finish();
    else walk = under;
    return done ? 0 : value;
  };

  return {
    async goOn(signal) {
      if (!walk && now() < dueAtMs) return 0;
      const endMs = now() + stretchMs;
      let mended = await step(signal);
      while (walk && now() < endMs) mended += await step(signal);
      return mended;
    },
    isUnderWay: () => walk !== undefined,
    hurry() {
      dueAtMs = now();
    },
  };
}
