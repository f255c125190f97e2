import type { RegistryIndexSpec } from './generated.ts';

/** The environment variable that carries Settings, as JSON, to the processes that the operator starts. */
export const SETTINGS_VARIABLE = 'REGISTRY_INDEX_SETTINGS';
/** What registries authenticate with: the value that spec.notifications.tokenSecretRef names. */
export const TOKEN_VARIABLE = 'REGISTRY_INDEX_NOTIFICATIONS_TOKEN';
/** The last part of the address for a store's events: the value that spec.notifications.webhookSecretRef names. */
export const WEBHOOK_VARIABLE = 'REGISTRY_INDEX_WEBHOOK_SECRET';

export type LayoutName = 'Auto' | 'V2' | 'V1';

/** Where the registry keeps its data, every default filled in. */
export type Source =
  | {
      readonly kind: 's3';
      readonly bucket: string;
      readonly region: string;
      readonly endpoint: string | undefined;
      readonly forcePathStyle: boolean;
      readonly rootDirectory: string;
      readonly layout: LayoutName;
    }
  | {
      readonly kind: 'directory';
      readonly path: string;
      readonly rootDirectory: string;
      readonly layout: LayoutName;
    };

/** The two tables and the service that holds them. */
export interface IndexLocation {
  readonly repositoryTable: string;
  readonly versionTable: string;
  readonly region: string;
  readonly endpoint: string | undefined;
}

/** Effective values for backfill, indexer and search; no secrets. */
export interface Settings {
  readonly source: Source;
  readonly index: IndexLocation;
  /** A second, of the repository table: provisioned, or the most on demand; undefined without a limit. */
  readonly writeUnits: number | undefined;
}

/** Origins of web pages that may read what search answers. */
export function corsOriginsOf({ search }: RegistryIndexSpec): readonly string[] {
  return search?.cors?.origins ?? [];
}

/** Names of the tables; `database` is the prefix of those that are not given. */
export function tableNames(spec: Pick<RegistryIndexSpec, 'database' | 'repositoryTable' | 'versionTable'>) {
  return {
    repositoryTable: spec.repositoryTable ?? `${spec.database}-repository`,
    versionTable: spec.versionTable ?? `${spec.database}-version`,
  };
}

/** Effective settings of a resource: every default filled in. */
export function settingsOf(spec: RegistryIndexSpec): Settings {
  const storage = spec.storage ?? {};
  return {
    source: {
      kind: 's3',
      bucket: spec.bucket,
      region: storage.region ?? spec.region,
      endpoint: storage.endpoint,
      forcePathStyle: storage.forcePathStyle ?? false,
      rootDirectory: trimSlashes(storage.rootDirectory ?? ''),
      layout: storage.layout ?? 'Auto',
    },
    index: { ...tableNames(spec), region: spec.region, endpoint: spec.dynamodb?.endpoint },
    writeUnits: spec.dynamodb?.billing?.writeUnits ?? spec.dynamodb?.billing?.maxWriteRequestUnits,
  };
}

/**
 * The canonical text of a source, as the ownership record has it: equal if and only if the same data is read. Path
 * style and region are not part of it, because they only say how to reach the data.
 */
export function sourceIdentity(source: Source): string {
  const place = source.kind === 's3' ? `${serviceOf(source.endpoint)}/${source.bucket}` : `file://${source.path}`;
  const path = source.rootDirectory === '' ? place : `${place}/${source.rootDirectory}`;
  return `${path}#${source.layout}`;
}

function serviceOf(endpoint: string | undefined): string {
  return endpoint === undefined ? 's3:/' : endpoint.replace(/\/+$/, '');
}

/** A root directory without slashes at its ends, as registries treat it. */
export function trimSlashes(path: string): string {
  return path.replace(/^\/+|\/+$/g, '');
}
