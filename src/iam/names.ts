import type { RegistryIndexSpec } from '../api/generated.ts';
import { queuePlace } from '../api/queue-place.ts';
import { settingsOf } from '../api/settings.ts';
import { type RegistryPlace, registriesAt } from '../storage/possible-registries.ts';

/** Names of everything that a policy speaks of. */
export interface PolicyNames {
  readonly partition: string;
  readonly account: string;
  /** The region of the tables. */
  readonly region: string;
  readonly bucketRegion: string;
  readonly repositoryTable: string;
  readonly versionTable: string;
  readonly bucket: string;
  /** What the keys that are read begin with. */
  readonly prefixes: readonly string[];
  /** The tags that the operator gives its tables, as far as they are known before. */
  readonly owner: { readonly namespace: string; readonly name: string };
  /** The ARN of the queue of events, if any. */
  readonly queue: string | undefined;
  /** The ARNs of the roles that are assumed, each once. */
  readonly roles: readonly string[];
  /** The ARNs of the keys that encrypt the tables, and the bucket. */
  readonly tableKey: string | undefined;
  readonly bucketKey: string | undefined;
}

/** What the files in iam/ have in place of names; everything that a resource may ask for is there. */
export const PLACEHOLDERS: PolicyNames = {
  partition: 'aws',
  account: 'ACCOUNT',
  region: 'REGION',
  bucketRegion: 'REGION',
  repositoryTable: 'DATABASE-repository',
  versionTable: 'DATABASE-version',
  bucket: 'BUCKET',
  prefixes: prefixesOf({ rootDirectory: 'ROOT', layout: 'Auto' }),
  owner: { namespace: 'NAMESPACE', name: 'NAME' },
  queue: 'arn:aws:sqs:REGION:ACCOUNT:QUEUE',
  roles: ['arn:aws:iam::ACCOUNT:role/ROLE'],
  tableKey: 'arn:aws:kms:REGION:ACCOUNT:key/TABLE_KEY',
  bucketKey: 'arn:aws:kms:REGION:ACCOUNT:key/BUCKET_KEY',
};

export interface NamesOptions {
  readonly account: string;
  readonly bucketKey: string | undefined;
}

export interface Named {
  readonly name: string;
  readonly namespace: string;
  readonly spec: RegistryIndexSpec;
}

/** The names of a resource. `spec` has a bucket of S3. */
export function policyNamesOf({ name, namespace, spec }: Named, options: NamesOptions): PolicyNames {
  const { index, source } = settingsOf(spec);
  const { account, bucketKey } = options;
  const partition = partitionOf(spec.region);
  const bucketRegion = spec.storage?.region ?? spec.region;
  const sqs = spec.notifications?.sqs;
  return {
    partition,
    account,
    region: spec.region,
    bucketRegion,
    repositoryTable: index.repositoryTable,
    versionTable: index.versionTable,
    bucket: spec.bucket,
    prefixes: prefixesOf(source),
    owner: { namespace, name },
    queue: sqs && queueArn(queuePlace(sqs, bucketRegion), partition),
    roles: rolesOf(spec),
    tableKey: spec.dynamodb?.kmsKey && keyArn(spec.dynamodb.kmsKey, `arn:${partition}:kms:${spec.region}:${account}`),
    bucketKey,
  };
}

function prefixesOf(place: RegistryPlace): string[] {
  return registriesAt(place).flatMap(({ prefixes }) => prefixes);
}

function rolesOf(spec: RegistryIndexSpec): string[] {
  const components = [spec, spec.backfill, spec.indexer, spec.search];
  return [...new Set(components.flatMap((component) => component?.credentials?.roleArn ?? []))];
}

/** Partitions by the beginnings of the names of their regions. */
const PARTITIONS: readonly (readonly [string, string])[] = [
  ['cn-', 'aws-cn'],
  ['us-gov-', 'aws-us-gov'],
  ['eusc-', 'aws-eusc'],
  ['us-isob-', 'aws-iso-b'],
  ['us-isof-', 'aws-iso-f'],
  ['eu-isoe-', 'aws-iso-e'],
  ['us-iso-', 'aws-iso'],
];

function partitionOf(region: string): string {
  return PARTITIONS.find(([beginning]) => region.startsWith(beginning))?.[1] ?? 'aws';
}

/** `https://sqs.eu-west-1.amazonaws.com/123456789012/events` */
function queueArn({ url, region }: { readonly url: string; readonly region: string }, partition: string): string {
  const [account = '', name = ''] = new URL(url).pathname.split('/').filter(Boolean);
  return `arn:${partition}:sqs:${region}:${account}:${name}`;
}

/** An alias is a name that rights cannot be given on; what it stands for is not known here. */
function keyArn(key: string, prefix: string): string {
  if (key.startsWith('arn:')) return key.replace(/:alias\/.*$/, ':key/*');
  return key.startsWith('alias/') ? `${prefix}:key/*` : `${prefix}:key/${key}`;
}
