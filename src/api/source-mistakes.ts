import type { RegistryIndexSpec } from './generated.ts';
import { shown } from './shown-text.ts';

/**
 * Mistakes in bucket, root directory and endpoint that show without asking the store. Each gives a sentence that says
 * what to write instead. Passwords in a URL are never repeated.
 */
export function mistakeInSource({
  bucket,
  storage,
}: Pick<RegistryIndexSpec, 'bucket' | 'storage'>): string | undefined {
  const { endpoint, rootDirectory } = storage ?? {};
  return (
    mistakeInBucket(bucket) ??
    (endpoint === undefined ? undefined : mistakeInEndpoint('storage.endpoint', endpoint)) ??
    (endpoint === undefined ? undefined : bucketInEndpoint(endpoint, bucket)) ??
    (rootDirectory === undefined ? undefined : mistakeInRootDirectory(rootDirectory, bucket))
  );
}

/** The mistake in the URL of an S3- or DynamoDB-compatible service; `field` is its name in the manifest. */
export function mistakeInEndpoint(field: string, endpoint: string): string | undefined {
  const [scheme] = /^[a-z][a-z0-9+.-]*:\/\//i.exec(endpoint) ?? [];
  if (endpoint.includes('@'))
    return `${field} holds a user name or a password: leave them out of it, keys are given as credentials`;
  if (scheme === undefined) return withoutScheme(field, endpoint);
  if (/^s3:/i.test(scheme))
    return `${field} ${shown(endpoint)} names a bucket: write its name in bucket, and in ${field} ${URL_FORM}`;
  const url = /^https?:\/\/[^/\s\\?#][^\s\\?#]*$/i.test(endpoint) ? URL.parse(endpoint) : null;
  return url ? undefined : `${field} ${shown(endpoint)} is not ${URL_FORM}`;
}

const URL_FORM = 'an http:// or https:// URL such as http://minio:9000';

function withoutScheme(field: string, endpoint: string): string {
  const rest = endpoint.replace(/^\/+/, '');
  if (!/^(?:\[[0-9a-f:]+\]|[a-z0-9.-]+)(?::\d+)?(?:\/\S*)?$/i.test(rest))
    return `${field} ${shown(endpoint)} is not ${URL_FORM}`;
  const https = `https://${rest}`;
  const isTls = /\.amazonaws\.com|:443\b/.test(rest);
  return `${field} ${shown(endpoint)} has no scheme: write ${isTls ? https : `http://${rest}, or ${https} where it speaks TLS`}`;
}

const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
/** `s3://bucket/folder`, `arn:aws:s3:::bucket/folder` and `bucket/folder`. */
const BUCKET_WITH_MORE = /^(?:s3:\/\/|arn:[a-z-]+:s3:::|\/+)?([^/:\s]+)(?:\/+(.*))?$/i;

/** The mistake in the name of a bucket. */
export function mistakeInBucket(bucket: string): string | undefined {
  if (BUCKET.test(bucket)) return undefined;
  const [, name = '', path = ''] = BUCKET_WITH_MORE.exec(bucket) ?? [];
  if (BUCKET.test(name) && name !== bucket) {
    const folder = registryFolder(path);
    const also = folder === '' ? '' : ` and storage.rootDirectory: ${shown(folder)}`;
    return `bucket ${shown(bucket)} is more than the name of a bucket: write bucket: ${name}${also}`;
  }
  if (/^https?:\/\//i.test(bucket))
    return 'bucket is a URL: write the name of the bucket alone, and the URL of an S3-compatible service in storage.endpoint';
  if (/^arn:/i.test(bucket))
    return `bucket ${shown(bucket)} is an ARN: write the name of the bucket alone, or the alias of its access point`;
  if (BUCKET.test(bucket.toLowerCase()))
    return `bucket ${shown(bucket)} has capital letters, which no name of a bucket has: write bucket: ${bucket.toLowerCase()}`;
  return `bucket ${shown(bucket)} is no name of a bucket: that has 3 to 63 small letters, digits, dots and hyphens`;
}

/**
 * Public services with the bucket in front of the host. On other hosts a first label equal to the bucket proves
 * nothing.
 */
const BUCKET_HOSTS =
  /^(?:s3[.-].+|.+\.(?:digitaloceanspaces\.com|r2\.cloudflarestorage\.com|backblazeb2\.com|wasabisys\.com|linodeobjects\.com|scw\.cloud|aliyuncs\.com|myqcloud\.com))$/;
const AWS_HOST = /^(?:[^.]+\.)+?(s3[.-](?:[a-z0-9-]+\.)*amazonaws\.com(?:\.cn)?)$/;

function bucketInEndpoint(endpoint: string, bucket: string): string | undefined {
  const { hostname, host, protocol, pathname } = new URL(endpoint);
  const [, awsHost] = AWS_HOST.exec(hostname) ?? [];
  const behind = hostname.startsWith(`${bucket}.`) ? hostname.slice(bucket.length + 1) : '';
  if (awsHost !== undefined)
    return `storage.endpoint ${shown(endpoint)} holds the bucket: leave it out, for that is AWS, or write ${protocol}//${awsHost}`;
  if (BUCKET_HOSTS.test(behind))
    return `storage.endpoint ${shown(endpoint)} holds the bucket: write ${protocol}//${host.slice(bucket.length + 1)}`;
  const [first = '', ...others] = pathname.split('/').filter(Boolean);
  if (first !== bucket) return undefined;
  const folder = registryFolder(others.join('/'));
  const also = folder === '' ? '' : `, and storage.rootDirectory: ${shown(folder)}`;
  return `storage.endpoint ${shown(endpoint)} holds the bucket: write ${protocol}//${host}${also}`;
}

function mistakeInRootDirectory(rootDirectory: string, bucket: string): string | undefined {
  if (/^[a-z0-9]+:\/\//i.test(rootDirectory))
    return `storage.rootDirectory ${shown(rootDirectory)} is a URL: write the folder in the bucket alone`;
  const folder = registryFolder(rootDirectory);
  if (folder === rootDirectory.replace(/^\/+|\/+$/g, '')) return undefined;
  const instead = folder === '' || folder === bucket ? 'leave it out' : `write storage.rootDirectory: ${shown(folder)}`;
  return `storage.rootDirectory ${shown(rootDirectory)} is inside of the registry: ${instead}`;
}

/** The root directory of a registry: the part of the path before `docker/registry/v2`. */
function registryFolder(path: string): string {
  return path.replace(/^\/+|\/+$/g, '').replace(/(?:^|\/+)docker\/+registry\/+v2(?:\/.*)?$/, '');
}
