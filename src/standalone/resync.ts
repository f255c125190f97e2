import { ServiceError } from '../aws/errors.ts';
import { createMeter } from '../aws/meter.ts';
import type { Marker } from '../dynamodb/state/marker.ts';
import type { ResyncReport } from '../dynamodb/state/resyncs.ts';
import { runResyncWorker } from '../indexer/resync/worker.ts';
import { skippedOf } from './backfill.ts';
import type { StandaloneDeps } from './run.ts';

/**
 * Compares the source with filled tables in this process and says what that repaired; true when it came to its end.
 * Rejects with what may pass by itself, which is not told here.
 */
export async function resync(deps: StandaloneDeps, marker: Marker, stop: AbortSignal): Promise<boolean> {
  const { config, credentials, concurrency, confirmation, voice, log } = deps;
  const { source, writeUnits } = config.settings;
  const meter = createMeter();
  const index = deps.openIndex(meter);
  const worker = { index, meter, source, credentials, marker, concurrency, writeUnits };
  try {
    const end = await runResyncWorker({ ...worker, confirmation, log }, stop);
    if (end.outcome === 'ended') voice.say(result(end.report));
    if (end.outcome === 'failed' && end.failure.kind === 'retryable') throw new ServiceError(end.failure);
    if (end.outcome === 'failed') voice.say(`the tables could not be compared: ${end.failure.message}`);
    return end.outcome === 'ended';
  } finally {
    index.close();
  }
}

function result({
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
  const anew = reread > 0 ? `, ${reread} of an older version re-read by ${rereadGets} GETs` : '';
  const repairs = `${added} added, ${changed} changed, ${removed} removed${anew}`;
  const cost = `by ${lists} LISTs, ${gets} GETs, ${writes} writes`;
  const repaired = `compared ${repositories} repositories: ${repairs}; ${cost}${skippedOf(errorCount)}`;
  if (!withheld) return repaired;
  const { gone, of, confirmation } = withheld;
  const way = `start again with --confirm-deletion ${confirmation}`;
  return `${repaired}; ${gone} of ${of} are gone from the source and were kept: if that is right, ${way}`;
}
