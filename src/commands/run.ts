import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { credentialsFrom, type ServiceCredentials } from '../aws/credentials.ts';
import { ConfigError } from '../config/config-error.ts';
import { isAwsConfigured } from '../config/environment.ts';
import { type Config, loadConfig } from '../config/load.ts';
import { EMBEDDED_CREDENTIALS, startEmbeddedDynamoDb } from '../standalone/embedded-dynamodb.ts';
import { runStandalone } from '../standalone/run.ts';
import { layOutSample } from '../standalone/sample/lay-out.ts';
import { createVoice, type Voice } from '../standalone/voice.ts';
import { createLogger } from '../telemetry/log.ts';
import { confirmDeletionOption, fileOption, logLevelOption, portOption, wholeNumber } from './options.ts';
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
  readonly concurrency: number;
  readonly recheckSeconds: number;
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
    .option('--concurrency <requests>', 'requests to each service under way at once, at most', wholeNumber(1, 256), 32)
    .option('--recheck-seconds <seconds>', 'how often the tables are looked at', wholeNumber(1), 30)
    .addOption(confirmDeletionOption())
    .addOption(logLevelOption('fatal'))
    .action(run);
}

async function run(flags: RunFlags): Promise<void> {
  const stop = stopSignal();
  const voice = createVoice(process.stdout);
  const { config, credentials, close } = await openTables(flags, voice);
  const { host, port, monitoringPort, concurrency, recheckSeconds, confirmDeletion, logLevel } = flags;
  try {
    await runStandalone(
      {
        config,
        credentials,
        listen: { host, port },
        monitoringPort,
        concurrency,
        recheckMs: recheckSeconds * 1_000,
        confirmation: confirmDeletion,
        voice,
        log: createLogger({ level: logLevel, toStderr: true }),
      },
      stop,
    );
  } catch (error) {
    throw explainPort(error);
  } finally {
    await close();
  }
  voice.say('ended cleanly');
}

interface Tables {
  readonly config: Config;
  readonly credentials: ServiceCredentials;
  close(): Promise<void>;
}

/** DynamoDB where one is configured, else our own with its data in a folder. */
async function openTables(flags: RunFlags, voice: Voice): Promise<Tables> {
  const { file, data } = flags;
  const { env } = process;
  const directory = flags.sample ? await layOutSample(join(data, 'sample')) : flags.directory;
  const config = await loadConfig({ file, directory, env });
  const { source, index } = config.settings;
  voice.say(`reading ${source.kind === 's3' ? `bucket ${source.bucket}` : source.path}`);
  if (!wantsEmbedded(flags, index.endpoint)) {
    voice.say(`tables ${index.repositoryTable} and ${index.versionTable} at ${index.endpoint ?? index.region}`);
    return { config, credentials: credentialsFrom(env), close: async () => undefined };
  }
  const { endpoint, close } = await startEmbeddedDynamoDb(resolve(data));
  voice.say(`tables in an embedded DynamoDB, data in ${data}`);
  const settings = { ...config.settings, index: { ...index, endpoint } };
  return {
    config: { ...config, settings },
    credentials: { ...credentialsFrom(env), dynamodb: EMBEDDED_CREDENTIALS },
    close,
  };
}

function wantsEmbedded({ dynamodb, sample }: RunFlags, endpoint: string | undefined): boolean {
  if (dynamodb !== 'auto') return dynamodb === 'embedded';
  if (endpoint) return false;
  return sample === true || !(isAwsConfigured(process.env) || existsSync(join(homedir(), '.aws', 'credentials')));
}

function explainPort(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'EADDRINUSE') return error;
  const port = 'port' in error ? ` ${error.port}` : '';
  return new ConfigError(`port${port} is in use; choose another with --port or --monitoring-port`, error);
}
