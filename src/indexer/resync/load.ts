import { isOutdated } from '../../dynamodb/records/record.ts';
import type { Resync } from './deps.ts';

/** Whether a Scan has met items that nobody seems to need; a sweep, which costs another Scan, makes sure. */
export interface Litter {
  readonly outdated: boolean;
  readonly unnamedParts: boolean;
}

/** Learns what the index says of every repository. A record of an earlier filling is as good as none. */
export async function load({ outlines, known, gaps, epoch, log }: Resync, signal: AbortSignal): Promise<Litter> {
  const parts = new Set<string>();
  const named = new Map<string, string>();
  let outdated = false;
  for await (const page of outlines(signal))
    for (const outline of page) {
      outdated ||= outline.epoch < epoch;
      if (outline.epoch !== epoch) continue;
      if (outline.kind === 'part') parts.add(outline.key);
      else {
        known.add({ ...outline, outdated: isOutdated(outline) });
        if (outline.gaps) gaps.set(outline.name, outline.gaps);
        for (const key of outline.parts) named.set(key, outline.name);
      }
    }
  for (const [key, name] of named) if (!parts.has(key)) known.markDue(name);
  log.info({ repositories: known.living() }, 'comparing the bucket with the index');
  return { outdated, unnamedParts: parts.keys().some((key) => !named.has(key)) };
}
