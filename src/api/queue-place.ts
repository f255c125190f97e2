import type { RegistryIndexSpec } from './generated.ts';

/** The SQS queue that the events of a bucket come through. */
export interface QueuePlace {
  readonly url: string;
  readonly region: string;
}

export type QueueSpec = NonNullable<NonNullable<RegistryIndexSpec['notifications']>['sqs']>;

/** The queue with its region filled in: that in the host of SQS, or else that of the bucket. */
export function queuePlace({ queueURL, region }: QueueSpec, bucketRegion: string): QueuePlace {
  return { url: queueURL, region: region ?? sqsRegion(URL.parse(queueURL)) ?? bucketRegion };
}

/** `sqs.eu-west-1.amazonaws.com`, that of FIPS, of a VPC endpoint, and the names of before 2013. */
const SQS_HOST = /^(?:(?:vpce-[a-z0-9-]+\.)?sqs(?:-fips)?\.([a-z0-9-]+)\.|([a-z0-9-]+)\.queue\.)/;

/** The region in the host of SQS; undefined for other hosts. */
function sqsRegion(url: URL | null): string | undefined {
  const [, region, formerRegion] = SQS_HOST.exec(url?.hostname ?? '') ?? [];
  return region ?? formerRegion;
}

const EXAMPLE = 'https://sqs.eu-west-1.amazonaws.com/123456789012/registry-events';
const ARN = /^arn:aws[a-z-]*:sqs:([a-z0-9-]+):(\d+):([\w.-]+)$/;

/** The mistake in a queue that shows without asking it, as a sentence that says what to write instead. */
export function mistakeInQueue({ queueURL, region }: QueueSpec): string | undefined {
  const field = 'notifications.sqs.queueURL';
  const [, arnRegion, account, name] = ARN.exec(queueURL) ?? [];
  if (name !== undefined)
    return `${field} is the ARN of a queue: write https://sqs.${arnRegion}.amazonaws.com/${account}/${name}`;
  if (queueURL.includes('@'))
    return `${field} holds a user name or a password: leave them out of it, keys are given as credentials`;
  const url = /^https?:\/\/[^/\s\\?#]+\/[^\s\\?#]+$/i.test(queueURL) ? URL.parse(queueURL) : null;
  if (!url) return `${field} is not the URL of a queue, such as ${EXAMPLE}`;
  const inHost = sqsRegion(url);
  if (region === undefined || inHost === undefined || inHost === region) return undefined;
  return `notifications.sqs.region is not ${inHost}, where queueURL is: leave it out`;
}
