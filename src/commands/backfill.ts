import { Command, Option } from 'commander';
import { EXIT_AGAIN, EXIT_TERMINAL } from '../api/worker-exit.ts';
import { ConfigError } from '../config/config-error.ts';
import { type Index, openIndex } from '../dynamodb/open.ts';
import type { OwnershipRecord } from '../dynamodb/state/ownership.ts';
import type { BackfillSummary } from '../indexer/backfill/backfill.ts';
import { runWorker } from '../indexer/backfill/worker.ts';
import { createLogger, type Logger } from '../telemetry/log.ts';
import { confirmDeletionOption, fileOption, logLevelOption, wholeNumber } from './options.ts';
import { resync } from './resync.ts';
import { stopSignal } from './stop-signal.ts';
import { readWorkerConfig } from './worker-config.ts';

interface BackfillFlags {
  readonly file?: string;
  readonly directory?: string;
  readonly epoch?: number;
  readonly workers: number;
  readonly worker: number;
  readonly concurrency: number;
  readonly resync?: boolean;
  readonly confirmDeletion?: string;
  readonly logLevel: string;
}

export function backfillCommand(): Command {
  const share = Number(process.env.JOB_COMPLETION_INDEX ?? 0);
  return new Command('backfill')
    .description("one worker's share of filling the tables from the bucket; the operator starts these")
    .addOption(fileOption())
    .option('--directory <path>', "a folder that a registry's filesystem driver writes, instead of a bucket")
    .option('--epoch <number>', 'fill this epoch only; by default the current one', wholeNumber(1))
    .option('--workers <number>', 'workers that share the work', wholeNumber(1), 1)
    .option('--worker <index>', 'which of them this is, from 0', wholeNumber(0), share)
    .option('--concurrency <requests>', 'requests to each service at once, at most', wholeNumber(1, 256), 32)
    .addOption(
      new Option('--resync', 'compare the bucket with filled tables instead, and repair what differs').conflicts([
        'epoch',
        'workers',
        'worker',
      ]),
    )
    .addOption(confirmDeletionOption().implies({ resync: true }))
    .addOption(logLevelOption('info'))
    .action((flags: BackfillFlags) => (flags.resync ? resync(flags) : backfill(flags)));
}

async function backfill(flags: BackfillFlags): Promise<void> {
  const { file, directory, epoch, concurrency, logLevel } = flags;
  const stop = stopSignal();
  const log = createLogger({ level: logLevel });
  const { source, location, credentials, writeUnits } = await readWorkerConfig({ file, directory }, stop);
  const index = openIndex({ location, credentials: credentials.dynamodb });
  const ownership = await currentEpoch(index, epoch, stop);
  if (!ownership) return log.info({ epoch }, 'The tables are at another epoch: nothing to do');
  const worker = { index: flags.worker, count: flags.workers };
  const onProgress = (report: BackfillSummary['report']) => logProgress(log, report);
  const options = {
    index,
    source,
    credentials: credentials.s3,
    ownership,
    worker,
    concurrency,
    writeUnits,
    log,
    onProgress,
  };
  const summary = await runWorker(options, stop);
  index.close();
  logResult(log, summary);
}

/** The ownership record, if it is still at the epoch to fill. */
async function currentEpoch(
  index: Index,
  epoch: number | undefined,
  stop: AbortSignal,
): Promise<OwnershipRecord | undefined> {
  const state = await index.ownership.read(stop);
  if (state.kind !== 'ours')
    throw new ConfigError('the tables are missing or not ours: the operator creates and claims them');
  const { ownership } = state;
  if (epoch !== undefined) return ownership.epoch === epoch ? ownership : undefined;
  if (ownership.intent === 'creating') throw new ConfigError('the repository table is being made, or is not ours yet');
  return ownership;
}

function logProgress(log: Logger, { repositoriesPerSecond, secondsLeft, ...report }: BackfillSummary['report']) {
  const { percent, repositories, errorCount } = report;
  const rate = { perSecond: Math.round(repositoriesPerSecond), secondsLeft: secondsLeft && Math.round(secondsLeft) };
  log.info({ percent, repositories, errorCount, ...rate }, 'Backfill progress');
}

function logResult(log: Logger, { outcome, failure, report }: BackfillSummary): void {
  const { repositories, tags, errorCount, faultCounts } = report;
  log.info({ outcome, failure, repositories, tags, errorCount, faultCounts }, 'Backfill finished');
  if (outcome === 'stopped') process.exitCode = EXIT_AGAIN;
  if (outcome === 'failed') process.exitCode = failure?.kind === 'retryable' ? EXIT_AGAIN : EXIT_TERMINAL;
}
