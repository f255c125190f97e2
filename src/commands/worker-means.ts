import type { IndexLocation, Source } from '../api/settings.ts';
import { credentialsFrom, type ServiceCredentials } from '../aws/credentials.ts';
import { ConfigError } from '../config/config-error.ts';
import { loadConfig } from '../config/load.ts';
import { settingsFromOperator } from '../config/settings-variable.ts';

export interface WorkerMeans {
  readonly source: Source;
  readonly location: IndexLocation;
  readonly credentials: ServiceCredentials;
  /** Of the repository table, where it does not take what comes. */
  readonly writeUnits: number | undefined;
}

export interface WorkerFlags {
  readonly file?: string | undefined;
  readonly directory?: string | undefined;
}

/** What a worker reads and writes, and as whom: as the operator said, else as manifest and environment do. */
export async function workerMeans({ file, directory }: WorkerFlags): Promise<WorkerMeans> {
  const { env } = process;
  const settings = settingsFromOperator(env) ?? (await loadConfig({ file, directory, env })).settings;
  const { source, index: location, writeUnits } = settings;
  if (!source) throw new ConfigError('the settings name no source to read');
  return { source, location, credentials: credentialsFrom(env), writeUnits };
}
