import { Command, Option } from 'commander';
import { corsOriginsOf, TOKEN_VARIABLE } from '../api/settings.ts';
import { type AccessFlags, accessFrom, checkAccessFiles } from '../config/access.ts';
import { ConfigError } from '../config/config-error.ts';
import type { Config } from '../config/load.ts';
import { createConsole } from '../standalone/console.ts';
import type { StandaloneDeps } from '../standalone/deps.ts';
import { runStandalone } from '../standalone/run.ts';
import { createLogger } from '../telemetry/log.ts';
import { collectGarbage, keepYoungHeapSmall } from './heap.ts';
import { openTables, type TableFlags } from './open-tables.ts';
import {
  addAccessOptions,
  confirmDeletionOption,
  corsOption,
  dataOption,
  dynamodbOption,
  fileOption,
  logLevelOption,
  portOption,
  registryUrlOption,
  wholeNumber,
} from './options.ts';
import { type QueueFlags, queueFrom, queueRegionOption, queueUrlOption } from './queue-flags.ts';
import { senderSecrets } from './sender-secrets.ts';
import { stopSignal } from './stop-signal.ts';

interface RunFlags extends TableFlags, QueueFlags, AccessFlags {
  readonly host: string;
  readonly port: number;
  readonly monitoringPort: number;
  readonly notificationsPort: number;
  readonly concurrency: number;
  readonly recheckSeconds: number;
  readonly registryUrl?: string;
  readonly corsOrigin?: readonly string[];
  readonly confirmDeletion?: string;
  readonly logLevel: string;
}

export function runCommand(): Command {
  const command = new Command('run')
    .description('index a registry and search it, all in one process, without a cluster')
    .addOption(fileOption())
    .option('--directory <path>', "a folder that a registry's filesystem driver writes, instead of a bucket")
    .addOption(
      new Option('--sample', 'lay out a small sample registry and index that').conflicts(['file', 'directory']),
    )
    .addOption(dynamodbOption())
    .addOption(dataOption())
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .addOption(portOption('--port <port>', 'the API', 8080))
    .addOption(portOption('--monitoring-port <port>', 'health and metrics', 9090))
    .addOption(
      portOption('--notifications-port <port>', `a registry's notifications, where ${TOKEN_VARIABLE} is set`, 8082),
    )
    .addOption(queueUrlOption())
    .addOption(queueRegionOption())
    .addOption(registryUrlOption())
    .addOption(corsOption())
    .option('--concurrency <requests>', 'requests to each service at once, at most', wholeNumber(1, 256), 32)
    .option('--recheck-seconds <seconds>', 'how often the tables are checked', wholeNumber(1), 30)
    .addOption(confirmDeletionOption())
    .addOption(logLevelOption('fatal'))
    .action(run);
  return addAccessOptions(command);
}

async function run(flags: RunFlags): Promise<void> {
  keepYoungHeapSmall();
  await checkAccessFiles(flags);
  const stop = stopSignal();
  const console = createConsole(process.stdout);
  const { broken, close, ...tables } = await openTables(flags, console);
  const { host, port, monitoringPort, concurrency, recheckSeconds, confirmDeletion, logLevel } = flags;
  try {
    await runStandalone(
      {
        ...tables,
        listen: { host, port },
        monitoringPort,
        notifications: notificationsOf(flags, tables.config),
        concurrency,
        recheckMs: recheckSeconds * 1_000,
        confirmation: confirmDeletion,
        corsOrigins: flags.corsOrigin ?? corsOriginsOf(tables.config.spec),
        registryUrl: flags.registryUrl ?? tables.config.spec.registry?.url,
        access: accessFrom(tables.config.spec, flags),
        console,
        freeMemory: collectGarbage,
        log: createLogger({ level: logLevel, toStderr: true }),
      },
      AbortSignal.any([stop, broken]),
    );
    broken.throwIfAborted();
  } catch (error) {
    throw broken.aborted ? broken.reason : explainPort(error);
  } finally {
    await close();
  }
  console.print('ended cleanly');
}

/** Wanted where the environment has a credential for them, or a queue is named. */
function notificationsOf(flags: RunFlags, { spec, settings }: Config): StandaloneDeps['notifications'] {
  const secrets = senderSecrets();
  const { pulls = 'Ignore', sqs } = spec.notifications ?? {};
  const queue = queueFrom(flags, sqs, settings.source);
  if (!secrets.token && !secrets.webhookSecret && !queue) return undefined;
  return { ...secrets, queue, pulls, listen: { host: flags.host, port: flags.notificationsPort } };
}

function explainPort(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error) || error.syscall !== 'listen')
    return error;
  const port = 'port' in error ? ` ${error.port}` : '';
  const why = PORT_PROBLEMS.get(String(error.code));
  if (why)
    return new ConfigError(
      `port${port} ${why}; choose another with --port, --monitoring-port or --notifications-port`,
      error,
    );
  return new ConfigError(`nothing can listen at that --host (${error.code}); write an address of this machine`, error);
}

const PORT_PROBLEMS: ReadonlyMap<string, string> = new Map([
  ['EADDRINUSE', 'is in use'],
  ['EACCES', 'may not be opened by this user'],
]);
