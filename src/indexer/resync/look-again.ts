import { ServiceError } from '../../aws/errors.ts';
import { type Gaps, isRetryDue } from '../../dynamodb/records/gaps.ts';
import type { Resync } from './deps.ts';

/**
 * Finds out, by LISTs alone, what of that which could not be read has come by now; those repositories are read again, and
 * those of which no listing would tell are once in a while. All others cost nothing.
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
