/** Does one long walk now and then, a step at a time, between other work. */
export interface Auditor {
  /** Takes the next step of the walk, or begins one when it is due; answers with how much the step mended. */
  step(signal: AbortSignal): Promise<number>;
  /** Makes the next walk due at once. */
  hurry(): void;
}

export interface AuditorOptions {
  readonly begin: (signal: AbortSignal) => AsyncGenerator<number>;
  readonly intervalMs: number;
  readonly now: () => number;
}

/** A walk that fails begins again at the next step. */
export function createAuditor({ begin, intervalMs, now }: AuditorOptions): Auditor {
  let walk: AsyncGenerator<number> | undefined;
  let dueAtMs = now() + intervalMs;

  const finish = () => {
    walk = undefined;
    dueAtMs = now() + intervalMs;
    return 0;
  };

  return {
    async step(signal) {
      if (!walk && now() < dueAtMs) return 0;
      const under = walk ?? begin(signal);
      walk = undefined;
      const { done, value } = await under.next();
      if (done) return finish();
      walk = under;
      return value;
    },
    hurry() {
      dueAtMs = now();
    },
  };
}
