import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { type AwsCredentials, credentialsFrom } from '../aws/credentials.ts';
import { ConfigError } from '../config/config-error.ts';
import { isAwsConfigured } from '../config/environment.ts';
import { type Config, loadConfig } from '../config/load.ts';
import { openIndex } from '../dynamodb/open.ts';
import { checkFolder } from '../standalone/check-source.ts';
import type { UserConsole } from '../standalone/console.ts';
import type { StandaloneDeps } from '../standalone/deps.ts';
import { hasIndex, openDataFolder } from '../standalone/embedded/database.ts';
import { EMBEDDED_CREDENTIALS, openEmbeddedDynamoDb } from '../standalone/embedded/dynamodb.ts';
import { layOutSample } from '../standalone/sample/lay-out.ts';

/** Which tables, and which registry they are of. */
export interface TableFlags {
  readonly file?: string;
  readonly directory?: string;
  readonly sample?: boolean;
  /** Folder of the embedded DynamoDB and of the sample. */
  readonly data: string;
  readonly dynamodb: 'auto' | 'aws' | 'embedded';
  /** Whether an embedded DynamoDB must have been there before. */
  readonly mustExist?: boolean;
}

export interface Tables extends Pick<StandaloneDeps, 'config' | 'credentials' | 'openIndex' | 'snapshots'> {
  /** Aborts when the tables can no longer be used; see EmbeddedDynamoDb. */
  readonly broken: AbortSignal;
  close(): Promise<void>;
}

/** The configured DynamoDB, else an embedded one with its data in a folder. */
export async function openTables(flags: TableFlags, console: Pick<UserConsole, 'print'>): Promise<Tables> {
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
  { data, mustExist = false }: TableFlags,
  config: Config,
  sourceCredentials: AwsCredentials | undefined,
  console: Pick<UserConsole, 'print'>,
): Promise<Tables> {
  if (mustExist && !hasIndex(data)) throw new ConfigError(`there is no index in ${data}; --data names its folder`);
  const folder = await openDataFolder(resolve(data));
  const { endpoint, answer, broken, close } = openEmbeddedDynamoDb(folder.file);
  console.print(`the index is kept in ${data}`);
  if (folder.isStartedOver)
    console.print(
      'the data there was of an older version and is replaced: the index is filled again from the registry',
    );
  const location = { ...config.settings.index, endpoint };
  return {
    config,
    credentials: sourceCredentials,
    openIndex: (meter) =>
      openIndex({ location, credentials: EMBEDDED_CREDENTIALS, answer, ...(meter ? { meter } : {}) }),
    snapshots: { directory: resolve(data), limitBytes: SNAPSHOT_BYTES },
    broken,
    async close() {
      close();
      folder.close();
    },
  };
}

/** Far more than a registry of a million repositories takes. */
const SNAPSHOT_BYTES = 2 ** 31;

function wantsEmbedded({ dynamodb, sample }: TableFlags, endpoint: string | undefined): boolean {
  if (dynamodb !== 'auto') return dynamodb === 'embedded';
  if (endpoint) return false;
  return sample === true || !(isAwsConfigured(process.env) || existsSync(join(homedir(), '.aws', 'credentials')));
}
