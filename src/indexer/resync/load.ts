import type { Resync } from './deps.ts';

/** Whether a Scan has met items that nobody seems to need; a sweep, which costs another Scan, makes sure. */
export interface Litter {
  readonly outdated: boolean;
  readonly unnamedParts: boolean;
}

/** Learns what the index says of every repository. A record of an earlier filling is as good as none. */
export async function load({ outlines, known, epoch, log }: Resync, signal: AbortSignal): Promise<Litter> {
  const parts = new Set<string>();
  const named = new Set<string>();
  let outdated = false;
  for await (const page of outlines(signal))
    for (const outline of page) {
      outdated ||= outline.epoch < epoch;
      if (outline.epoch !== epoch) continue;
      if (outline.kind === 'part') parts.add(outline.key);
      else {
        known.add(outline);
        for (const key of outline.parts) named.add(key);
      }
    }
  log.info({ repositories: known.living() }, 'comparing the bucket with the index');
  return { outdated, unnamedParts: !parts.isSubsetOf(named) };
}
