import { hostname } from 'node:os';
import { Command, Option } from 'commander';
import { TOKEN_VARIABLE, WEBHOOK_VARIABLE } from '../api/settings.ts';
import { ConfigError } from '../config/config-error.ts';
import { openIndex } from '../dynamodb/open.ts';
import { buildHealthServer } from '../http/health-server.ts';
import type { Pulls } from '../indexer/events/notification.ts';
import { startIndexer } from '../indexer/events/run-indexer.ts';
import type { NudgeTarget } from '../indexer/nudge/find-pods.ts';
import { startNudger } from '../indexer/nudge/nudger.ts';
import { createLogger } from '../telemetry/log.ts';
import { createMetricsRegistry } from '../telemetry/metrics.ts';
import { collectOldHeapSeldom, keepYoungHeapSmall } from './heap.ts';
import { fileOption, logLevelOption, nudgeOption, portOption, wholeNumber } from './options.ts';
import { type QueueFlags, queueFrom, queueRegionOption, queueUrlOption } from './queue-flags.ts';
import { senderSecrets } from './sender-secrets.ts';
import { stopSignal } from './stop-signal.ts';
import { readWorkerConfig } from './worker-config.ts';

interface IndexerFlags extends QueueFlags {
  readonly file?: string;
  readonly directory?: string;
  readonly host: string;
  readonly port: number;
  readonly monitoringPort: number;
  readonly concurrency: number;
  readonly identity: string;
  readonly nudge: readonly NudgeTarget[];
  readonly pulls: Pulls;
  readonly logLevel: string;
}

export function indexerCommand(): Command {
  return new Command('indexer')
    .description(
      `take a registry's notifications, or a bucket's events, and index what is pushed; ${TOKEN_VARIABLE} is the credential of notifications`,
    )
    .addOption(fileOption())
    .option('--directory <path>', "a folder that a registry's filesystem driver writes, instead of a bucket")
    .option('--host <address>', 'address to listen on', '::')
    .addOption(portOption('--port <port>', 'POST /notifications', 8080))
    .addOption(portOption('--monitoring-port <port>', 'health and metrics', 9090))
    .option(
      '--identity <name>',
      'stays the same when this indexer is started again; another name for each that runs beside it',
      hostname(),
    )
    .option('--concurrency <requests>', 'requests to each service under way at once, at most', wholeNumber(1, 256), 32)
    .addOption(
      new Option('--pulls <kind>', 'whether pulls say where to look, as those of a pull-through cache do')
        .choices(['Ignore', 'Hints'])
        .default('Ignore'),
    )
    .addOption(nudgeOption())
    .addOption(queueUrlOption())
    .addOption(queueRegionOption())
    .addOption(logLevelOption('info'))
    .action(runIndexer);
}

async function runIndexer(flags: IndexerFlags): Promise<void> {
  const { file, directory, host, port, monitoringPort, concurrency, identity, nudge, pulls, logLevel } = flags;
  keepYoungHeapSmall();
  collectOldHeapSeldom();
  const secrets = senderSecrets();
  const stop = stopSignal();
  const log = createLogger({ level: logLevel });
  const { source, location, credentials, writeUnits, sqs } = await readWorkerConfig({ file, directory }, stop);
  const queue = queueFrom(flags, sqs, source);
  if (!secrets.token && !secrets.webhookSecret && !queue)
    throw new ConfigError(
      `set ${TOKEN_VARIABLE} to the token that the registry sends, or ${WEBHOOK_VARIABLE}, or name a queue by --sqs-queue-url`,
    );
  const index = openIndex({ location, credentials: credentials.dynamodb });
  const metricsRegistry = createMetricsRegistry({ process: true });
  const health = buildHealthServer({ metricsRegistry, isReady: () => !stop.aborted });
  await health.listen({ host, port: monitoringPort });
  const nudger = startNudger(nudge, metricsRegistry);
  const indexer = await startIndexer(
    {
      ...{
        index,
        source,
        credentials: credentials.s3,
        ...secrets,
        queue,
        pulls,
        concurrency,
        identity,
        writeUnits,
        metricsRegistry,
        log,
      },
      listen: { host, port },
      onWritten: nudger.nudge,
      onOwnership: ({ nudgeKey }) => nudger.useKey(nudgeKey),
    },
    stop,
  );
  await indexer.ended;
  await nudger.close();
  await health.close(0);
  index.close();
}
