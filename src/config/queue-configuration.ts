import type { RegistryIndexSpec } from '../api/generated.ts';
import { mistakeInQueue, type QueueSpec, queuePlace } from '../api/queue-place.ts';
import { ConfigError } from './config-error.ts';
import { encodedPattern, filterRules, type ObjectFilter, otherPatterns } from './filter-rules.ts';

export interface QueueConfigurationOptions {
  readonly sqs: QueueSpec;
  readonly filter: ObjectFilter;
  readonly spec: Partial<RegistryIndexSpec>;
}

/** S3 has an event for objects removed by DELETE, and one for those removed by lifecycle rules. */
const EVENTS = ['s3:ObjectCreated:*', 's3:ObjectRemoved:*', 's3:LifecycleExpiration:*'];

/**
 * What to set up in AWS so that a bucket's events come to the queue, and the indexer may read it. Throws a ConfigError
 * for a queue that is none.
 */
export function queueConfiguration({ sqs, filter, spec }: QueueConfigurationOptions): string {
  const mistake = mistakeInQueue(sqs);
  if (mistake !== undefined) throw new ConfigError(mistake);
  const bucket = spec.bucket ?? '<bucket>';
  const queue = arnOf(sqs, spec);
  const other = otherPatterns(filter);
  return `# SQS: a standard queue in the Region of the bucket, with SSE-SQS, or with a KMS key of yours whose policy lets
# s3.amazonaws.com use it (kms:GenerateDataKey, kms:Decrypt); alias/aws/sqs does not. The account is that of the bucket.
# After five receipts a message goes to a queue of dead letters, to be made before:
# aws sqs set-queue-attributes --queue-url ${sqs.queueURL} --attributes file://queue.json
${json(queueAttributes(queue, bucket))}
# S3: this replaces everything that the bucket sends already; put it beside what get-bucket-notification-configuration
# shows.${other === undefined ? '' : `\n# ${other}: one configuration more, with an Id of its own.`}
# aws s3api put-bucket-notification-configuration --bucket ${bucket} --notification-configuration file://events.json
${json(bucketNotifications(queue.arn, filter))}
# IAM: a statement for the role or user of the indexer; with a KMS key of yours, kms:Decrypt on that too.
${json(indexerStatement(queue.arn))}`;
}

interface QueueArn {
  readonly arn: string;
  readonly partition: string;
  readonly account: string;
}

/** A queue's URL ends in its account and its name. */
function arnOf(sqs: QueueSpec, spec: Partial<RegistryIndexSpec>): QueueArn {
  const { url, region } = queuePlace(sqs, spec.storage?.region ?? spec.region ?? '<region>');
  const [name = '<queue>', account = '<account>'] = new URL(url).pathname.split('/').filter(Boolean).reverse();
  const partition = partitionOf(region);
  return { arn: `arn:${partition}:sqs:${region}:${account}:${name}`, partition, account };
}

function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

/** As the attributes of a queue are written: texts of JSON. */
function queueAttributes({ arn, partition, account }: QueueArn, bucket: string): object {
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 's3.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: arn,
    Condition: {
      ArnEquals: { 'aws:SourceArn': `arn:${partition}:s3:::${bucket}` },
      StringEquals: { 'aws:SourceAccount': account },
    },
  };
  return {
    Policy: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: `${arn}-dead-letters`, maxReceiveCount: 5 }),
  };
}

function bucketNotifications(arn: string, filter: ObjectFilter): object {
  const configuration = {
    Id: 'registry-index',
    QueueArn: arn,
    Events: EVENTS,
    Filter: filterRules(encodedPattern(filter)),
  };
  return { QueueConfigurations: [configuration] };
}

function indexerStatement(arn: string): object {
  const actions = ['ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility', 'GetQueueAttributes'];
  return { Effect: 'Allow', Action: actions.map((action) => `sqs:${action}`), Resource: arn };
}

function json(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
