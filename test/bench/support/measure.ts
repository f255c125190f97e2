/** What some work cost the process that did it. */
export interface Cost {
  readonly seconds: number;
  /** User and system time, of all threads. */
  readonly cpuSeconds: number;
  /** The most that the process ever held, in megabytes (10^6 bytes). */
  readonly peakRssMb: number;
}

/** Does the work and tells its cost beside its result. */
export async function measured<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly cost: Cost }> {
  const startedAtMs = performance.now();
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  const seconds = (performance.now() - startedAtMs) / 1_000;
  const peakRssMb = (process.resourceUsage().maxRSS * 1_024) / 1e6;
  return { result, cost: { seconds, cpuSeconds: (user + system) / 1e6, peakRssMb } };
}
