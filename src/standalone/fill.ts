import type { Marker } from '../index/marker.ts';
import type { Index } from '../index/open-index.ts';
import { progressOf } from '../index/progress.ts';
import type { BackfillReport } from '../indexer/backfill-report.ts';
import { runWorker } from '../indexer/worker.ts';
import type { StandaloneDeps } from './run.ts';

/** Fills the tables of one epoch in this process, and says in the marker that they are complete. */
export async function fill(
  { config, credentials, concurrency, voice, log }: StandaloneDeps,
  { index, marker }: { index: Index; marker: Marker },
  stop: AbortSignal,
): Promise<void> {
  const startedAtMs = performance.now();
  const { source } = config.settings;
  const worker = { index: 0, count: 1 };
  const onProgress = (report: BackfillReport) => voice.progress(shown(report));
  const { outcome, failure } = await runWorker(
    { index, source, credentials: credentials.s3, marker, worker, concurrency, log, onProgress },
    stop,
  );
  voice.progressDone();
  if (outcome !== 'complete') return voice.say(`the backfill is not complete: ${failure?.message ?? outcome}`);
  await complete({ index, marker }, stop);
  voice.say(await result(index, marker, (performance.now() - startedAtMs) / 1_000));
}

function shown({ percent, repositories, repositoriesPerSecond }: BackfillReport) {
  return { percent, repositories, perSecond: Math.round(repositoriesPerSecond) };
}

async function complete({ index, marker }: { index: Index; marker: Marker }, stop: AbortSignal): Promise<void> {
  await index.marker.update(marker, { ...marker, complete: true, completedAtMs: Date.now() }, stop);
}

async function result(index: Index, marker: Marker, seconds: number): Promise<string> {
  const signal = AbortSignal.timeout(5_000);
  const plan = await index.ranges.readPlan(marker.epoch, signal);
  const { repositories, tags, errorCount } = progressOf(
    plan,
    plan ? await index.ranges.readProgress(plan, signal) : [],
  );
  const skipped = errorCount > 0 ? `; ${errorCount} things were skipped, the log names them` : '';
  return `backfill complete: ${repositories} repositories, ${tags} tags in ${seconds.toFixed(1)} s${skipped}`;
}
