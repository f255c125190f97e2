import type { IndexLocation, Source } from '../api/settings.ts';
import { credentialsFrom, type ServiceCredentials } from '../aws/credentials.ts';
import { ConfigError } from '../config/config-error.ts';
import { loadConfig } from '../config/load.ts';
import { settingsFromOperator } from '../config/settings-variable.ts';
import { checkSource } from '../standalone/check-source.ts';

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

/**
 * What a worker reads and writes, and as whom: as the operator said, else as manifest and environment do. Rejects with a
 * ConfigError where these name a place that is none, or no registry.
 */
export async function workerMeans({ file, directory }: WorkerFlags, signal: AbortSignal): Promise<WorkerMeans> {
  const { env } = process;
  const credentials = credentialsFrom(env);
  const told = settingsFromOperator(env);
  const { source, index: location, writeUnits } = told ?? (await loadConfig({ file, directory, env })).settings;
  if (!source) throw new ConfigError('the settings name no source to read');
  if (!told) await checkSource(source, credentials.s3, signal);
  return { source, location, credentials, writeUnits };
}
