import { ServiceError } from '../../aws/errors.ts';
import { type Gaps, isRetryDue } from '../../dynamodb/records/gaps.ts';
import { isOutdated } from '../../dynamodb/records/record.ts';
import type { Resync } from './deps.ts';

/** Whether a Scan has met items that nobody seems to need; a sweep, which costs another Scan, makes sure. */
export interface Litter {
  readonly outdated: boolean;
  readonly unnamedChunks: boolean;
}

/** Learns what the index says of every repository. A record of an earlier build is as good as none. */
export async function load({ headers, known, gaps, epoch, log }: Resync, signal: AbortSignal): Promise<Litter> {
  const chunks = new Set<string>();
  const named = new Map<string, string>();
  let outdated = false;
  for await (const page of headers(signal))
    for (const header of page) {
      outdated ||= header.epoch < epoch;
      if (header.epoch !== epoch) continue;
      if (header.kind === 'chunk') chunks.add(header.key);
      else {
        known.add({ ...header, outdated: isOutdated(header) });
        if (header.gaps) gaps.set(header.name, header.gaps);
        for (const key of header.chunks) named.set(key, header.name);
      }
    }
  for (const [key, name] of named) if (!chunks.has(key)) known.markDue(name);
  log.info({ repositories: known.living() }, 'comparing the bucket with the index');
  return { outdated, unnamedChunks: chunks.keys().some((key) => !named.has(key)) };
}

/**
 * Finds out, by LISTs alone, what of that which could not be read has come by now; those repositories are read again,
 * and those of which no listing would tell are once in a while. All others cost nothing.
 */
export async function lookAgain({ known, gaps, now, ...deps }: Resync, signal: AbortSignal): Promise<void> {
  const nowMs = now();
  const come = await findCome({ ...deps, gaps: gaps.values() }, signal);
  for (const [name, { missing, ...rest }] of gaps)
    if (isRetryDue({ missing, ...rest }, nowMs) || missing.some((digest) => come.has(digest))) known.markDue(name);
}

type Looking = Pick<Resync, 'layout' | 'log'> & { readonly gaps: Iterable<Gaps> };

async function findCome({ layout, log, gaps }: Looking, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const missing = new Set([...gaps].flatMap((each) => each.missing));
  try {
    return await layout.findBlobs([...missing], signal);
  } catch (error) {
    if (!(error instanceof ServiceError) || error.failure.kind !== 'denied') throw error;
    log.warn({ err: error, missing: missing.size }, 'what is missing cannot be looked for');
    return new Set();
  }
}
