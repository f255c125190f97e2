import type { Marker } from '../index/marker.ts';
import type { Index } from '../index/open-index.ts';
import type { BackfillReport } from '../indexer/backfill-report.ts';
import { runWorker } from '../indexer/worker.ts';
import type { StandaloneDeps } from './run.ts';

/** Fills the tables of one epoch in this process, and says in the marker that they are complete; gives the marker then. */
export async function fill(deps: StandaloneDeps, { index, marker }: Filling, stop: AbortSignal): Promise<Marker> {
  const { config, credentials, concurrency, voice, log } = deps;
  const startedAtMs = performance.now();
  const { outcome, failure, report } = await runWorker(
    {
      index,
      source: config.settings.source,
      credentials,
      marker,
      worker: { index: 0, count: 1 },
      concurrency,
      writeUnits: config.settings.writeUnits,
      log,
      onProgress: voice.progress,
    },
    stop,
  );
  voice.progressDone();
  if (outcome === 'failed') voice.say(`the backfill failed: ${failure?.message}; it is tried again`);
  if (outcome !== 'complete') return marker;
  const complete = { ...marker, complete: true, completedAtMs: Date.now() };
  await index.marker.update(marker, complete, stop);
  voice.say(result(report, (performance.now() - startedAtMs) / 1_000));
  return complete;
}

interface Filling {
  readonly index: Index;
  readonly marker: Marker;
}

/** One worker does all ranges here, so that its report is that of the whole. */
function result({ repositories, tags, errorCount }: BackfillReport, seconds: number): string {
  const skipped = errorCount > 0 ? `; ${errorCount} things were skipped, --log-level warn names them` : '';
  const empty = repositories === 0 ? '; is this the right bucket, and the right storage.rootDirectory?' : '';
  return `backfill complete: ${repositories} repositories, ${tags} tags in ${seconds.toFixed(1)} s${skipped}${empty}`;
}
