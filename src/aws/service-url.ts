import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';

/** A service as settings name it. */
export interface ServicePlace {
  readonly region: string;
  readonly endpoint: string | undefined;
}

export interface BucketPlace extends ServicePlace {
  readonly bucket: string;
  readonly forcePathStyle: boolean;
}

/** The clients' own rules of which host is asked; no region of these two counts. */
const dynamodbRules = new DynamoDBClient({ region: 'us-east-1' }).config.endpointProvider;
const s3Rules = new S3Client({ region: 'us-east-1' }).config.endpointProvider;

/** Where the SDK sends requests about tables, such as to localhost for the region `local`; undefined for nowhere. */
export function dynamodbUrl({ region, endpoint }: ServicePlace): URL | undefined {
  return resolved(() => dynamodbRules({ ...placeParameters({ region, endpoint }) }));
}

/** Where the SDK sends requests about a bucket, which is a part of the path or of the host; undefined for nowhere. */
export function s3Url({ region, endpoint, bucket, forcePathStyle }: BucketPlace): URL | undefined {
  return resolved(() =>
    s3Rules({ ...placeParameters({ region, endpoint }), Bucket: bucket, ForcePathStyle: forcePathStyle }),
  );
}

function resolved(rules: () => { readonly url: URL }): URL | undefined {
  try {
    return rules().url;
  } catch {
    return undefined;
  }
}

function placeParameters({ region, endpoint }: ServicePlace) {
  const { name, isFips } = realRegion(region);
  return {
    Region: name,
    UseFIPS: isFips,
    UseDualStack: false,
    ...(endpoint === undefined ? {} : { Endpoint: endpoint }),
  };
}

/** What the SDK takes for a region that names another one and FIPS: `fips-us-gov-west-1`, `us-east-1-fips`. */
export function realRegion(region: string): { readonly name: string; readonly isFips: boolean } {
  if (!region.startsWith('fips-') && !region.endsWith('-fips')) return { name: region, isFips: false };
  if (region === 'fips-aws-global' || region === 'aws-fips') return { name: 'us-east-1', isFips: true };
  return { name: region.replace(/fips-(dkr-|prod-)?|-fips/, ''), isFips: true };
}

/** AWS's own, of every partition. */
const AWS_DOMAINS = [
  'amazonaws.com',
  'amazonaws.com.cn',
  'amazonaws.eu',
  'c2s.ic.gov',
  'sc2s.sgov.gov',
  'cloud.adc-e.uk',
  'csp.hci.ic.gov',
];

/** As `sqs.eu-west-1.` of `sqs.eu-west-1.amazonaws.com`, of FIPS, of a VPC endpoint, and of the names before 2013. */
const SQS_LABELS = /^(?:(?:vpce-[a-z0-9-]+\.)?sqs(?:-fips)?\.[a-z0-9-]+\.(?:vpce\.)?|(?:[a-z0-9-]+\.)?queue\.)/;

/** Whether a URL leads to SQS and to nothing else in AWS, where the buckets of others have hosts too. */
export function isSqsUrl(url: URL): boolean {
  return isAwsUrl(url) && AWS_DOMAINS.includes(url.hostname.replace(SQS_LABELS, ''));
}

/** Whether a URL leads to AWS and nowhere else. */
export function isAwsUrl({ protocol, hostname, port }: URL): boolean {
  return protocol === 'https:' && port === '' && AWS_DOMAINS.some((domain) => hostname.endsWith(`.${domain}`));
}
