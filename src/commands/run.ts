import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { corsOriginsOf, TOKEN_VARIABLE } from '../api/settings.ts';
import { type AwsCredentials, credentialsFrom } from '../aws/credentials.ts';
import { ConfigError } from '../config/config-error.ts';
import { isAwsConfigured } from '../config/environment.ts';
import { type Config, loadConfig } from '../config/load.ts';
import { openIndex } from '../dynamodb/open.ts';
import { checkFolder } from '../standalone/check-source.ts';
import { createConsole, type UserConsole } from '../standalone/console.ts';
import type { StandaloneDeps } from '../standalone/deps.ts';
import { EMBEDDED_CREDENTIALS, startEmbeddedDynamoDb } from '../standalone/embedded-dynamodb.ts';
import { runStandalone } from '../standalone/run.ts';
import { layOutSample } from '../standalone/sample/lay-out.ts';
import { createLogger } from '../telemetry/log.ts';
import { confirmDeletionOption, corsOption, fileOption, logLevelOption, portOption, wholeNumber } from './options.ts';
import { senderSecrets } from './sender-secrets.ts';
import { stopSignal } from './stop-signal.ts';

interface RunFlags {
  readonly file?: string;
  readonly directory?: string;
  readonly sample?: boolean;
  readonly data: string;
  readonly dynamodb: 'auto' | 'aws' | 'embedded';
  readonly host: string;
  readonly port: number;
  readonly monitoringPort: number;
  readonly notificationsPort: number;
  readonly concurrency: number;
  readonly recheckSeconds: number;
  readonly corsOrigin?: readonly string[];
  readonly confirmDeletion?: string;
  readonly logLevel: string;
}

export function runCommand(): Command {
  return new Command('run')
    .description('index a registry and search it, all in one process, without a cluster')
    .addOption(fileOption())
    .option('--directory <path>', "a folder that a registry's filesystem driver writes, instead of a bucket")
    .addOption(
      new Option('--sample', 'lay out a small sample registry and index that').conflicts(['file', 'directory']),
    )
    .addOption(
      new Option(
        '--dynamodb <which>',
        'auto: embedded for the sample, and when neither an endpoint nor AWS is configured',
      )
        .choices(['auto', 'aws', 'embedded'])
        .default('auto'),
    )
    .option('--data <path>', 'folder of the embedded DynamoDB and of the sample', '.registry-index')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .addOption(portOption('--port <port>', 'the API', 8080))
    .addOption(portOption('--monitoring-port <port>', 'health and metrics', 9090))
    .addOption(
      portOption('--notifications-port <port>', `a registry's notifications, where ${TOKEN_VARIABLE} is set`, 8082),
    )
    .addOption(corsOption())
    .option('--concurrency <requests>', 'requests to each service at once, at most', wholeNumber(1, 256), 32)
    .option('--recheck-seconds <seconds>', 'how often the tables are checked', wholeNumber(1), 30)
    .addOption(confirmDeletionOption())
    .addOption(logLevelOption('fatal'))
    .action(run);
}

async function run(flags: RunFlags): Promise<void> {
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
        console,
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

/** Wanted where the environment has a credential for them. */
function notificationsOf({ host, notificationsPort }: RunFlags, { spec }: Config): StandaloneDeps['notifications'] {
  const secrets = senderSecrets();
  if (!secrets) return undefined;
  const pulls = spec.notifications?.pulls ?? 'Ignore';
  return { ...secrets, pulls, listen: { host, port: notificationsPort } };
}

interface Tables extends Pick<StandaloneDeps, 'config' | 'credentials' | 'openIndex'> {
  /** Aborts when the tables can no longer be used; see EmbeddedDynamoDb. */
  readonly broken: AbortSignal;
  close(): Promise<void>;
}

/** The configured DynamoDB, else an embedded one with its data in a folder. */
async function openTables(flags: RunFlags, console: UserConsole): Promise<Tables> {
  const { env } = process;
  const directory = flags.sample ? await layOutSample(join(flags.data, 'sample')) : flags.directory;
  const config = await loadConfig({ file: flags.file, directory, env });
  const { source, index: location } = config.settings;
  if (source.kind === 'directory') await checkFolder(source);
  console.print(`reading ${source.kind === 's3' ? `bucket ${source.bucket}` : source.path}`);
  const { dynamodb: credentials, s3 } = credentialsFrom(env);
  if (wantsEmbedded(flags, location.endpoint)) return openEmbedded(flags, config, s3, console);
  console.print(
    `tables ${location.repositoryTable} and ${location.versionTable} at ${location.endpoint ?? location.region}`,
  );
  return {
    config,
    credentials: s3,
    openIndex: (meter) => openIndex({ location, credentials, ...(meter ? { meter } : {}) }),
    broken: new AbortController().signal,
    close: async () => undefined,
  };
}

async function openEmbedded(
  { data }: RunFlags,
  config: Config,
  sourceCredentials: AwsCredentials | undefined,
  console: UserConsole,
): Promise<Tables> {
  const { endpoint, handler, broken, close } = await startEmbeddedDynamoDb(resolve(data));
  console.print(`tables in an embedded DynamoDB, data in ${data}`);
  const location = { ...config.settings.index, endpoint };
  return {
    config,
    credentials: sourceCredentials,
    openIndex: (meter) =>
      openIndex({ location, credentials: EMBEDDED_CREDENTIALS, handler, ...(meter ? { meter } : {}) }),
    broken,
    close,
  };
}

function wantsEmbedded({ dynamodb, sample }: RunFlags, endpoint: string | undefined): boolean {
  if (dynamodb !== 'auto') return dynamodb === 'embedded';
  if (endpoint) return false;
  return sample === true || !(isAwsConfigured(process.env) || existsSync(join(homedir(), '.aws', 'credentials')));
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
