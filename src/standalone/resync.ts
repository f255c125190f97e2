import { ServiceError } from '../aws/errors.ts';
import { createMeter } from '../aws/meter.ts';
import type { OwnershipRecord } from '../dynamodb/state/ownership.ts';
import type { ResyncReport } from '../dynamodb/state/resync-report.ts';
import { runResyncWorker } from '../indexer/resync/worker.ts';
import { skippedText } from './console.ts';
import type { StandaloneDeps } from './deps.ts';

/**
 * Compares the source with filled tables in this process and prints what that repaired; true if the comparison is
 * complete. Rejects with a retryable ServiceError, which the caller prints.
 */
export async function resync(deps: StandaloneDeps, ownership: OwnershipRecord, stop: AbortSignal): Promise<boolean> {
  const { config, credentials, concurrency, confirmation, console, log } = deps;
  const { source, writeUnits } = config.settings;
  const meter = createMeter();
  const index = deps.openIndex(meter);
  const worker = { index, meter, source, credentials, ownership, concurrency, writeUnits };
  try {
    const end = await runResyncWorker({ ...worker, confirmation, log }, stop);
    if (end.outcome === 'ended') console.print(summaryOf(end.report));
    if (end.outcome === 'failed' && end.failure.kind === 'retryable') throw new ServiceError(end.failure);
    if (end.outcome === 'failed') console.print(`the tables could not be compared: ${end.failure.message}`);
    return end.outcome === 'ended';
  } finally {
    index.close();
  }
}

function summaryOf({
  repositories,
  added,
  changed,
  removed,
  reread = 0,
  withheld,
  requests,
  errorCount,
}: ResyncReport): string {
  const { lists, gets, writes, rereadGets = 0 } = requests;
  const upgraded = reread > 0 ? `, ${reread} of an older version re-read by ${rereadGets} GETs` : '';
  const repairs = `${added} added, ${changed} changed, ${removed} removed${upgraded}`;
  const cost = `by ${lists} LISTs, ${gets} GETs, ${writes} writes`;
  const isSame = added + changed + removed + reread === 0;
  const outcome = isSame ? 'nothing has changed' : repairs;
  const repaired = `compared ${repositories} repositories: ${outcome}; ${cost}${skippedText(errorCount)}`;
  if (!withheld) return repaired;
  const { gone, of, confirmation } = withheld;
  const way = `start again with --confirm-deletion ${confirmation}`;
  return `${repaired}; ${gone} of ${of} are gone from the source and were kept: if that is right, ${way}`;
}
