import { Option } from 'commander';
import { mistakeInQueue, type QueuePlace, type QueueSpec, queuePlace } from '../api/queue-place.ts';
import type { Source } from '../api/settings.ts';
import { ConfigError } from '../config/config-error.ts';

export interface QueueFlags {
  readonly sqsQueueUrl?: string;
  readonly sqsRegion?: string;
}

export function queueUrlOption(): Option {
  return new Option('--sqs-queue-url <url>', "the SQS queue that a bucket's events are sent to");
}

export function queueRegionOption(): Option {
  return new Option('--sqs-region <region>', "of that queue, if neither its URL has it nor it is the bucket's");
}

/** The queue of the flags, or else of the manifest. Throws a ConfigError. */
export function queueFrom(
  { sqsQueueUrl, sqsRegion }: QueueFlags,
  inManifest: QueueSpec | undefined,
  source: Source,
): QueuePlace | undefined {
  const named = sqsQueueUrl === undefined ? inManifest : { queueURL: sqsQueueUrl };
  if (!named) return undefined;
  const sqs = sqsRegion === undefined ? named : { ...named, region: sqsRegion };
  const mistake = mistakeInQueue(sqs);
  if (mistake !== undefined) throw new ConfigError(mistake);
  if (source.kind !== 's3')
    throw new ConfigError('an SQS queue has events of a bucket, and this is a folder: leave it out');
  return queuePlace(sqs, source.region);
}
