import type { Index } from '../dynamodb/open.ts';
import type { OwnershipRecord } from '../dynamodb/state/ownership.ts';
import type { BackfillReport } from '../indexer/backfill/report.ts';
import { runWorker } from '../indexer/backfill/worker.ts';
import { skippedText } from './console.ts';
import type { StandaloneDeps } from './deps.ts';

/** A backfill that is complete. */
export interface CompletedBackfill {
  /** Marks the tables as complete. */
  readonly ownership: OwnershipRecord;
  /** A line for people: how much was found, and how long it took. */
  readonly summary: string;
}

/** Fills the tables of one epoch in this process and marks them as complete; undefined if they are not. */
export async function backfill(
  deps: StandaloneDeps,
  { index, ownership }: Tables,
  stop: AbortSignal,
): Promise<CompletedBackfill | undefined> {
  const { config, credentials, concurrency, console, log } = deps;
  const startedAtMs = performance.now();
  const { outcome, failure, report } = await runWorker(
    {
      index,
      source: config.settings.source,
      credentials,
      ownership,
      worker: { index: 0, count: 1 },
      concurrency,
      writeUnits: config.settings.writeUnits,
      log,
      onProgress: console.showProgress,
    },
    stop,
  );
  console.endProgress();
  if (outcome === 'failed') console.print(`the backfill failed: ${failure?.message}; it is tried again`);
  if (outcome !== 'complete') return undefined;
  const complete = { ...ownership, complete: true, completedAtMs: Date.now() };
  await index.ownership.update(ownership, complete, stop);
  return { ownership: complete, summary: summaryOf(report, (performance.now() - startedAtMs) / 1_000) };
}

interface Tables {
  readonly index: Index;
  readonly ownership: OwnershipRecord;
}

/** One worker does all ranges here, so its report is that of the whole backfill. */
function summaryOf({ repositories, tags, errorCount }: BackfillReport, seconds: number): string {
  const empty = repositories === 0 ? '; is this the right bucket, and the right storage.rootDirectory?' : '';
  const found = `${repositories} repositories, ${tags} tags in ${seconds.toFixed(1)} s`;
  return `backfill complete: ${found}${skippedText(errorCount)}${empty}`;
}
