import type { Index } from '../dynamodb/open.ts';
import type { Marker } from '../dynamodb/state/marker.ts';
import type { BackfillReport } from '../indexer/backfill/report.ts';
import { runWorker } from '../indexer/backfill/worker.ts';
import type { StandaloneDeps } from './run.ts';

/** What a backfill that came to its end has made. */
export interface Filled {
  /** Says now that the tables are complete. */
  readonly marker: Marker;
  /** A line that tells how much that was. */
  readonly result: string;
}

/** Fills the tables of one epoch in this process, and says in the marker that they are complete; undefined when they are not. */
export async function fill(
  deps: StandaloneDeps,
  { index, marker }: Filling,
  stop: AbortSignal,
): Promise<Filled | undefined> {
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
  if (outcome !== 'complete') return undefined;
  const complete = { ...marker, complete: true, completedAtMs: Date.now() };
  await index.marker.update(marker, complete, stop);
  return { marker: complete, result: resultOf(report, (performance.now() - startedAtMs) / 1_000) };
}

interface Filling {
  readonly index: Index;
  readonly marker: Marker;
}

/** One worker does all ranges here, so that its report is that of the whole. */
function resultOf({ repositories, tags, errorCount }: BackfillReport, seconds: number): string {
  const empty = repositories === 0 ? '; is this the right bucket, and the right storage.rootDirectory?' : '';
  const filled = `${repositories} repositories, ${tags} tags in ${seconds.toFixed(1)} s`;
  return `backfill complete: ${filled}${skippedOf(errorCount)}${empty}`;
}

/** Warnings are the first of them alone. */
export function skippedOf(errorCount: number): string {
  if (errorCount === 0) return '';
  const things = errorCount === 1 ? '1 thing was' : `${errorCount} things were`;
  return `; ${things} skipped, --log-level debug names all of them`;
}
