import { Command } from 'commander';
import { corsOriginsOf } from '../api/settings.ts';
import { credentialsFrom, type Variables } from '../aws/credentials.ts';
import { createMeter } from '../aws/meter.ts';
import { type AccessFlags, accessFrom } from '../config/access.ts';
import { loadConfig } from '../config/load.ts';
import { settingsFromOperator } from '../config/settings-variable.ts';
import { openIndex } from '../dynamodb/open.ts';
import { exposeReadUnits } from '../search/replica/metrics.ts';
import { runSearch, type SearchProcessDeps } from '../server/search-process.ts';
import { createLogger } from '../telemetry/log.ts';
import { createMetricsRegistry } from '../telemetry/metrics.ts';
import {
  addAccessOptions,
  corsOption,
  fileOption,
  logLevelOption,
  portOption,
  registryUrlOption,
  wholeNumber,
} from './options.ts';
import { stopSignal } from './stop-signal.ts';

interface SearchFlags extends AccessFlags {
  readonly file?: string;
  readonly host: string;
  readonly port: number;
  readonly monitoringPort: number;
  readonly nudgePort?: number;
  readonly drainSeconds: number;
  readonly registryUrl?: string;
  readonly corsOrigin?: readonly string[];
  readonly snapshotDir?: string;
  readonly snapshotMebibytes: number;
  readonly logLevel: string;
}

const MEBIBYTE = 1024 * 1024;

export function searchCommand(): Command {
  const command = new Command('search')
    .description('load an index into memory and answer searches, following every change')
    .addOption(fileOption())
    .option('--host <address>', 'address to listen on', '::')
    .addOption(portOption('--port <port>', 'the API', 8080))
    .addOption(portOption('--monitoring-port <port>', 'health and metrics', 9090))
    .addOption(portOption('--nudge-port <port>', 'takes what an indexer says was written; closed by default'))
    .addOption(registryUrlOption())
    .addOption(corsOption())
    .option('--drain-seconds <seconds>', 'how long to go on answering after SIGTERM', wholeNumber(0), 5)
    .option(
      '--snapshot-dir <directory>',
      'folder for a snapshot of the index, which makes the next start faster; none by default',
    )
    .option('--snapshot-mebibytes <count>', 'largest size of the snapshot', wholeNumber(1), 2_048)
    .addOption(logLevelOption('info'))
    .action(search);
  return addAccessOptions(command);
}

async function search(flags: SearchFlags): Promise<void> {
  const { host, port, monitoringPort, nudgePort, drainSeconds, logLevel } = flags;
  const { env } = process;
  const { location, corsOrigins, access, registryUrl } = await settingsFor(flags, env);
  const log = createLogger({ level: logLevel });
  const metricsRegistry = createMetricsRegistry({ process: true });
  const meter = createMeter();
  exposeReadUnits(metricsRegistry, meter);
  const index = openIndex({
    location,
    credentials: credentialsFrom(env).dynamodb,
    meter,
    onUnreadable: (err) => log.warn({ err }, 'Skipped an item of the repository table that is no record'),
  });
  await runSearch(
    {
      index: { ...index, records: index.recordsForSearch },
      log,
      metricsRegistry,
      listen: { host, port },
      healthListen: { host, port: monitoringPort },
      nudgeListen: nudgePort === undefined ? undefined : { host, port: nudgePort },
      drainMs: drainSeconds * 1_000,
      corsOrigins: flags.corsOrigin ?? corsOrigins,
      registryUrl: flags.registryUrl ?? registryUrl,
      access,
      ...snapshotsOf(flags),
    },
    stopSignal(),
  );
  index.close();
}

/** The settings from the operator, which gives all else as options; else those of a manifest and the environment. */
async function settingsFor(flags: SearchFlags, env: Variables) {
  const given = settingsFromOperator(env);
  if (given) {
    const access = given.access && { settings: given.access };
    return { location: given.index, corsOrigins: [], access, registryUrl: undefined };
  }
  const { spec, settings } = await loadConfig({ file: flags.file, directory: undefined, env });
  const access = accessFrom(spec, flags);
  return { location: settings.index, corsOrigins: corsOriginsOf(spec), access, registryUrl: spec.registry?.url };
}

function snapshotsOf({ snapshotDir, snapshotMebibytes }: SearchFlags): Pick<SearchProcessDeps, 'snapshots'> {
  if (snapshotDir === undefined) return {};
  return { snapshots: { directory: snapshotDir, limitBytes: snapshotMebibytes * MEBIBYTE } };
}
