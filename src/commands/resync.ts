import { EXIT_AGAIN, EXIT_TERMINAL } from '../api/worker-exit.ts';
import { createMeter } from '../aws/meter.ts';
import { ConfigError } from '../config/config-error.ts';
import { openIndex } from '../dynamodb/open.ts';
import type { ResyncEnd } from '../indexer/resync/resync.ts';
import { hindranceOf, runResyncWorker } from '../indexer/resync/worker.ts';
import { createLogger, type Logger } from '../telemetry/log.ts';
import { stopSignal } from './stop-signal.ts';
import { readWorkerConfig, type WorkerFlags } from './worker-config.ts';

const MASS_DELETION =
  'Many repositories are gone from the bucket and were kept; if that is right, pass this confirmation to --confirm-deletion';

export interface ResyncFlags extends WorkerFlags {
  readonly concurrency: number;
  readonly confirmDeletion?: string;
  readonly logLevel: string;
}

/** Compares the bucket with filled tables once, and logs what that repaired and cost. */
export async function resync(flags: ResyncFlags): Promise<void> {
  const { concurrency, confirmDeletion, logLevel } = flags;
  const stop = stopSignal();
  const log = createLogger({ level: logLevel });
  const { source, location, credentials, writeUnits } = await readWorkerConfig(flags, stop);
  const meter = createMeter();
  const index = openIndex({ location, credentials: credentials.dynamodb, meter });
  const state = await index.ownership.read(stop);
  const obstacle = hindranceOf(state, source);
  if (state.kind !== 'ours') throw new ConfigError(obstacle ?? state.kind);
  if (obstacle) return log.warn(`Resync skipped: ${obstacle}`);
  const { ownership } = state;
  const worker = { index, meter, source, credentials: credentials.s3, ownership, concurrency, writeUnits };
  const end = await runResyncWorker({ ...worker, confirmation: confirmDeletion, log }, stop);
  index.close();
  report(log, end);
}

function report(log: Logger, end: ResyncEnd): void {
  log.info('report' in end ? { outcome: end.outcome, ...end.report } : end, 'Resync finished');
  if ('report' in end && end.report.withheld) log.warn(end.report.withheld, MASS_DELETION);
  if (end.outcome === 'stopped') process.exitCode = EXIT_AGAIN;
  if (end.outcome === 'failed') process.exitCode = end.failure.kind === 'retryable' ? EXIT_AGAIN : EXIT_TERMINAL;
}
