import type { RegistryIndexSpec } from '../api/generated.ts';
import { credentialsFrom, type Variables } from '../aws/credentials.ts';
import { ConfigError } from './config-error.ts';

export const DEFAULT_DATABASE = 'docker-registry';
export const DEFAULT_REGION = 'us-east-1';

/**
 * Fills what a manifest leaves out from the environment, by the variables of the original module, of AWS, of
 * docker-registry v1 and of distribution, in this order. The region of the tables falls back to that of the bucket,
 * then to us-east-1. If the manifest gives a region, the bucket is in it too unless storage.region says otherwise.
 */
export function fillFromEnvironment(spec: Partial<RegistryIndexSpec>, env: Variables): RegistryIndexSpec {
  const first = (...names: string[]) =>
    names.map((name) => env[name]).find((value) => value !== undefined && value !== '');
  const storageRegion =
    spec.storage?.region ?? spec.region ?? first('AWS_REGION', 'AWS_DEFAULT_REGION', 'REGISTRY_STORAGE_S3_REGION');
  const bucket = spec.bucket ?? first('AWS_BUCKET', 'REGISTRY_STORAGE_S3_BUCKET');
  if (!bucket)
    throw new ConfigError(
      'no bucket: set spec.bucket in the manifest, or AWS_BUCKET or REGISTRY_STORAGE_S3_BUCKET; for a registry in a folder, --directory',
    );
  return {
    ...spec,
    bucket,
    database: spec.database ?? first('DYNAMODB_DATABASE') ?? DEFAULT_DATABASE,
    region: spec.region ?? first('DYNAMODB_REGION') ?? storageRegion ?? DEFAULT_REGION,
    ...given('repositoryTable', spec.repositoryTable ?? first('DYNAMODB_REPOSITORY_TABLE')),
    ...given('versionTable', spec.versionTable ?? first('DYNAMODB_VERSION_TABLE')),
    dynamodb: {
      ...spec.dynamodb,
      ...given('endpoint', spec.dynamodb?.endpoint ?? first('DYNAMODB_ENDPOINT', 'AWS_ENDPOINT_URL_DYNAMODB')),
    },
    storage: {
      ...spec.storage,
      ...given('region', storageRegion),
      ...given(
        'endpoint',
        spec.storage?.endpoint ?? first('AWS_ENDPOINT_URL_S3', 'REGISTRY_STORAGE_S3_REGIONENDPOINT'),
      ),
      ...given('rootDirectory', spec.storage?.rootDirectory ?? first('REGISTRY_STORAGE_S3_ROOTDIRECTORY')),
      ...given('forcePathStyle', spec.storage?.forcePathStyle ?? flag(first('REGISTRY_STORAGE_S3_FORCEPATHSTYLE'))),
    },
  };
}

/** Variables that the SDK's ambient chain reads, besides keys. */
const AWS_SIGNS = [
  'AWS_PROFILE',
  'AWS_CONFIG_FILE',
  'AWS_SHARED_CREDENTIALS_FILE',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
];

/** Whether the environment configures AWS. If not, `run` uses its embedded DynamoDB. */
export function isAwsConfigured(env: Variables): boolean {
  return credentialsFrom(env).dynamodb !== undefined || AWS_SIGNS.some((name) => env[name]);
}

function flag(value: string | undefined): boolean | undefined {
  return value === undefined ? undefined : value.toLowerCase() === 'true';
}

function given<Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]?: Value });
}
