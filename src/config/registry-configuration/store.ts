import type { RegistryIndexSpec } from '../../api/generated.ts';
import { trimSlashes } from '../../api/settings.ts';
import { mistakeInSource } from '../../api/source-mistakes.ts';
import { isLoopback } from '../../network/loopback.ts';
import { ConfigError } from '../config-error.ts';
import { DEFAULT_REGION } from '../environment.ts';
import type { NeededSecret, Note } from './draft.ts';
import type { Setting } from './settings.ts';

/** Where a registry says that its data is, in the words of either registry. */
export interface StoreSettings {
  readonly bucket: Setting | undefined;
  readonly region: Setting | undefined;
  readonly endpoint: Setting | undefined;
  readonly rootDirectory: string;
  readonly forcePathStyle: boolean | undefined;
  readonly isSecure: boolean;
  readonly accessKey: Setting | undefined;
  readonly secretKey: Setting | undefined;
}

export interface Store {
  readonly bucket: string;
  /** Undefined where nothing says one. */
  readonly region: string | undefined;
  readonly storage: NonNullable<RegistryIndexSpec['storage']>;
  readonly hasKeys: boolean;
  readonly notes: readonly Note[];
  readonly remarks: readonly string[];
}

/** Throws a ConfigError for a bucket or an endpoint that cannot be one. */
export function storeOf(settings: StoreSettings): Store {
  const bucket = settings.bucket?.value.trim() ?? '';
  if (bucket === '') throw new ConfigError('no bucket is given, neither in a file nor by the environment');
  const endpoint = endpointOf(settings);
  const rootDirectory = trimSlashes(settings.rootDirectory.trim());
  const region = regionOf(settings, endpoint);
  const storage = {
    ...(rootDirectory ? { rootDirectory } : {}),
    ...(endpoint && !isPlainAws(endpoint) ? { endpoint, forcePathStyle: settings.forcePathStyle ?? true } : {}),
    ...(!endpoint && settings.forcePathStyle ? { forcePathStyle: true } : {}),
  };
  const mistake = mistakeInSource({ bucket, storage: { ...storage, ...(endpoint ? { endpoint } : {}) } });
  if (mistake !== undefined) throw new ConfigError(mistake);
  const { accessKey, secretKey } = settings;
  return {
    bucket,
    region: region.name,
    storage,
    hasKeys: accessKey !== undefined && secretKey !== undefined,
    notes: [...region.notes, ...halfPair(accessKey, secretKey)],
    remarks: storage.endpoint ? endpointRemarks(storage.endpoint) : [],
  };
}

/** Without a scheme, that of `secure`. */
function endpointOf({ endpoint, isSecure }: StoreSettings): string | undefined {
  const text = endpoint?.value.trim().replace(/\/+$/, '');
  if (!text) return undefined;
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `${isSecure ? 'https' : 'http'}://${text}`;
}

/** `s3.eu-west-1.amazonaws.com` and its older forms, which the region alone leads to; not FIPS nor VPC endpoints. */
const PLAIN_AWS =
  /^https?:\/\/s3(?:[.-](?:dualstack\.)?([a-z]{2}(?:-[a-z]+)+-\d))?\.amazonaws\.com(?:\.cn)?(?::443|:80)?$/i;

function isPlainAws(endpoint: string): boolean {
  return PLAIN_AWS.test(endpoint);
}

const REGION = /^[a-z0-9]+(-[a-z0-9]+)*$/;

function regionOf(
  { region }: StoreSettings,
  endpoint = '',
): { readonly name: string | undefined; readonly notes: Note[] } {
  const name = region?.value.trim().toLowerCase() ?? '';
  const [, fromHost] = PLAIN_AWS.exec(endpoint) ?? [];
  if (REGION.test(name)) return { name, notes: [] };
  const text = `no name of a region; ${fromHost ?? DEFAULT_REGION} stands instead of it`;
  return { name: fromHost, notes: region ? [{ setting: region, text }] : [] };
}

function halfPair(accessKey: Setting | undefined, secretKey: Setting | undefined): Note[] {
  const lonely = accessKey && secretKey ? undefined : (accessKey ?? secretKey);
  const text = 'half of a pair of keys; the other half is missing, so the role of the pods is used';
  return lonely ? [{ setting: lonely, text }] : [];
}

function endpointRemarks(endpoint: string): string[] {
  const url = new URL(endpoint);
  const isLocal = !url.hostname.includes('.') || isLoopback(url);
  return [
    `The operator's chart must allow the endpoint: --set 'allowedEndpoints={${endpoint}}'.`,
    ...(isLocal
      ? [`${url.host} is a name of the registry's own network; write one that pods of the cluster reach.`]
      : []),
    'The tables are in DynamoDB of AWS; for a service that is compatible with it, set spec.dynamodb.endpoint.',
  ];
}

/** A sentence where only a person can say the region. */
export function missingRegion({ region }: Store): string[] {
  return region ? [] : [`No region is given; ${DEFAULT_REGION} stands for that of the tables.`];
}

export interface KeysNeeded {
  readonly hasKeys: boolean;
  readonly hasTableKeys: boolean;
  readonly storage: Store['storage'];
}

/** The one Secret with keys, if any; those of the tables stand beside them where the bucket is not in AWS. */
export function keysSecret(name: string, { hasKeys, hasTableKeys, storage }: KeysNeeded): NeededSecret | undefined {
  const hasBoth = hasTableKeys || (hasKeys && storage.endpoint !== undefined);
  const entries = [
    ...(hasKeys ? ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] : []),
    ...(hasBoth ? ['DYNAMODB_ACCESS_KEY', 'DYNAMODB_SECRET_ACCESS_KEY'] : []),
  ];
  return entries.length > 0 ? { name: `${name}-aws`, entries, about: aboutKeys(hasKeys, hasBoth) } : undefined;
}

function aboutKeys(ofBucket: boolean, ofTables: boolean): string {
  if (!ofTables) return 'the keys of the registry';
  return ofBucket ? 'the keys of the bucket, and those of the tables in AWS' : 'the keys of the tables';
}
