import type { AwsCredentials } from '../aws/credentials.ts';
import type { Meter } from '../aws/meter.ts';
import type { ConfiguredAccess } from '../config/access.ts';
import type { Config } from '../config/load.ts';
import type { Index } from '../dynamodb/open.ts';
import type { IndexerOptions } from '../indexer/events/run-indexer.ts';
import type { SnapshotSettings } from '../server/search-process.ts';
import type { Logger } from '../telemetry/log.ts';
import type { UserConsole } from './console.ts';

/** What `run` needs from outside. */
export interface StandaloneDeps {
  readonly config: Config;
  /** The credentials for the source; undefined for the SDK's ambient chain. */
  readonly credentials: AwsCredentials | undefined;
  /** Where a snapshot of search is kept for the next start; nowhere when left out. */
  readonly snapshots?: SnapshotSettings;
  /** Opens the tables once more, with a meter of its own requests. */
  readonly openIndex: (meter?: Meter) => Index;
  readonly listen: { readonly host: string; readonly port: number };
  readonly monitoringPort: number;
  /** Where a registry's notifications and a store's events are taken; nowhere where it is left out. */
  readonly notifications?: Pick<IndexerOptions, 'token' | 'webhookSecret' | 'queue' | 'pulls' | 'listen'> | undefined;
  /** Requests to the registry's storage that are under way at once. */
  readonly concurrency: number;
  /** How often the tables are checked, in case somebody deletes them. */
  readonly recheckMs: number;
  /** Confirms the removals that an earlier resync withheld. */
  readonly confirmation: string | undefined;
  /** Origins of web pages that may read what search answers. */
  readonly corsOrigins: readonly string[];
  /** Where people pull from; undefined where nobody has said. */
  readonly registryUrl: string | undefined;
  /** Who may search. */
  readonly access: ConfiguredAccess;
  readonly console: UserConsole;
  /** Called after long work that leaves much garbage. */
  readonly freeMemory: () => void;
  readonly log: Logger;
}
