import { ServiceError } from '../../aws/errors.ts';
import { type Gaps, isRetryDue } from '../../dynamodb/records/gaps.ts';
import { isOutdated } from '../../dynamodb/records/record.ts';
import type { Resync } from './deps.ts';

/** Whether the Scan met items that seem unused; the sweep, which costs another Scan, makes sure. */
export interface Garbage {
  readonly outdated: boolean;
  readonly unreferencedChunks: boolean;
}

/** Loads the header of every record of this epoch. Records of earlier epochs count as missing. */
export async function load({ headers, known, gaps, epoch, log }: Resync, signal: AbortSignal): Promise<Garbage> {
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
  log.info({ repositories: known.living() }, 'Comparing the bucket with the index');
  return { outdated, unreferencedChunks: chunks.keys().some((key) => !named.has(key)) };
}

/**
 * Finds out by LISTs alone which missing blobs are there by now, and marks their repositories to be read again. Faults
 * that no listing shows are retried at intervals. All others cost nothing.
 */
export async function markRecovered({ known, gaps, now, ...deps }: Resync, signal: AbortSignal): Promise<void> {
  const nowMs = now();
  const come = await findArrived({ ...deps, gaps: gaps.values() }, signal);
  for (const [name, { missing, ...rest }] of gaps)
    if (isRetryDue({ missing, ...rest }, nowMs) || missing.some((digest) => come.has(digest))) known.markDue(name);
}

type Looking = Pick<Resync, 'layout' | 'log'> & { readonly gaps: Iterable<Gaps> };

async function findArrived({ layout, log, gaps }: Looking, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const missing = new Set([...gaps].flatMap((each) => each.missing));
  try {
    return await layout.findBlobs([...missing], signal);
  } catch (error) {
    if (!(error instanceof ServiceError) || error.failure.kind !== 'denied') throw error;
    log.warn(
      { err: error, missing: missing.size },
      'Failed to look for missing blobs: the credentials may not list them',
    );
    return new Set();
  }
}
