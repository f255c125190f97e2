import type { QueueSpec } from '../api/queue-place.ts';
import type { IndexLocation, Source } from '../api/settings.ts';
import { credentialsFrom, type ServiceCredentials } from '../aws/credentials.ts';
import { ConfigError } from '../config/config-error.ts';
import { loadConfig } from '../config/load.ts';
import { settingsFromOperator } from '../config/settings-variable.ts';
import { checkSource } from '../standalone/check-source.ts';

export interface WorkerConfig {
  readonly source: Source;
  readonly location: IndexLocation;
  readonly credentials: ServiceCredentials;
  /** A second, of the repository table; undefined on demand. */
  readonly writeUnits: number | undefined;
  /** That of the manifest; the operator gives it by flags. */
  readonly sqs: QueueSpec | undefined;
}

export interface WorkerFlags {
  readonly file?: string | undefined;
  readonly directory?: string | undefined;
}

/**
 * What a worker reads and writes, and with which credentials: from the operator, else from manifest and environment.
 * Rejects with a ConfigError if these name no registry.
 */
export async function readWorkerConfig({ file, directory }: WorkerFlags, signal: AbortSignal): Promise<WorkerConfig> {
  const { env } = process;
  const credentials = credentialsFrom(env);
  const fromOperator = settingsFromOperator(env);
  const {
    source,
    index: location,
    writeUnits,
    sqs,
  } = fromOperator
    ? { ...fromOperator, sqs: undefined }
    : await loadConfig({ file, directory, env }).then(({ settings, spec }) => ({
        ...settings,
        sqs: spec.notifications?.sqs,
      }));
  if (!source) throw new ConfigError('the settings name no source to read');
  if (!fromOperator) await checkSource(source, credentials.s3, signal);
  return { source, location, credentials, writeUnits, sqs };
}
