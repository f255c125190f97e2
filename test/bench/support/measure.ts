import { readFile } from 'node:fs/promises';

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
  return { result, cost: { seconds, cpuSeconds: (user + system) / 1e6, peakRssMb: await peakRssMb() } };
}

/**
 * As Linux keeps it of a program. What `resourceUsage` tells begins with the peak of the process that forked this one.
 */
async function peakRssMb(): Promise<number> {
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(await readFile('/proc/self/status', 'utf8')) ?? [];
  return (Number(kilobytes) * 1_024) / 1e6;
}
