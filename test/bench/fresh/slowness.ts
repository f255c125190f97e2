import { type CpuSeconds, partsOf } from './cpu-shares.ts';
import type { PushFigures } from './lag.ts';

/**
 * How slow this machine is at the time: pushes of which nobody is told take the same CPU of the registries, of the store
 * and of those who push, so what they take more than on the machine that the rates are set for, the machine itself
 * takes.
 */

/** Milliseconds of CPU for one push: on 2 × AMD EPYC of which nothing else took a share, 2026-11-29. */
const PUSH_MS = 6.9;
/** As many pushes a second as that machine was to take; beyond it, a slower one takes less in the same proportion. */
const MAX_PER_SECOND = 100;

/** How many times as long this machine takes; 1 for a faster machine, so that no goal becomes stricter. */
export function slownessOf({ cpu, pushes }: Pick<PushFigures, 'pushes'> & { readonly cpu: CpuSeconds }): number {
  return Math.max(1, (1_000 * partsOf(cpu).pushing) / pushes / PUSH_MS);
}

/** What stands for a rate on a machine that is so slow: whole pushes a second. */
export function rateHere(perSecond: number, slowness: number): number {
  return Math.min(perSecond, Math.floor(MAX_PER_SECOND / slowness));
}
