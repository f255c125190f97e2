/** Milliseconds of many runs of the same kind. */
export interface Distribution {
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export function distributionOf(durationsMs: readonly number[]): Distribution {
  const sorted = durationsMs.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { count: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) };
}

/** The one in the middle of several runs, by one of their figures. */
export function medianOf<Run>(runs: readonly Run[], figureOf: (run: Run) => number): Run {
  const [median] = runs.toSorted((a, b) => figureOf(a) - figureOf(b)).slice(runs.length >> 1);
  if (median === undefined) throw new Error('there is no median of no runs');
  return median;
}
