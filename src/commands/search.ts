import { Command } from 'commander';
import { credentialsFrom } from '../aws/credentials.ts';
import { loadConfig } from '../config/load.ts';
import { settingsFromOperator } from '../config/settings-variable.ts';
import { openIndex } from '../index/open-index.ts';
import { runSearch } from '../server/search-process.ts';
import { createLogger } from '../telemetry/log.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { fileOption, logLevelOption, portOption, wholeNumber } from './options.ts';
import { stopSignal } from './stop-signal.ts';

interface SearchFlags {
  readonly file?: string;
  readonly host: string;
  readonly port: number;
  readonly monitoringPort: number;
  readonly drainSeconds: number;
  readonly logLevel: string;
}

export function searchCommand(): Command {
  return new Command('search')
    .description('load an index into memory and answer searches, following every change')
    .addOption(fileOption())
    .option('--host <address>', 'address to listen on', '::')
    .addOption(portOption('--port <port>', 'the API', 8080))
    .addOption(portOption('--monitoring-port <port>', 'health and metrics', 9090))
    .option('--drain-seconds <seconds>', 'how long to go on answering after being told to stop', wholeNumber(0), 5)
    .addOption(logLevelOption('info'))
    .action(search);
}

async function search({ file, host, port, monitoringPort, drainSeconds, logLevel }: SearchFlags): Promise<void> {
  const { env } = process;
  const location =
    settingsFromOperator(env)?.index ?? (await loadConfig({ file, directory: undefined, env })).settings.index;
  const log = createLogger({ level: logLevel });
  const index = openIndex({
    location,
    credentials: credentialsFrom(env).dynamodb,
    onUnreadable: (err) => log.warn({ err }, 'an item of the repository table is no record'),
  });
  await runSearch(
    {
      index,
      log,
      registry: createMetrics({ process: true }),
      listen: { host, port },
      healthListen: { host, port: monitoringPort },
      drainMs: drainSeconds * 1_000,
    },
    stopSignal(),
  );
  index.close();
}
