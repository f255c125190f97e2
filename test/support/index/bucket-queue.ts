import { PutBucketNotificationConfigurationCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { S3Server } from '../../env/versitygw.ts';

export interface BucketQueueOptions {
  /** Of S3 and SQS. */
  readonly aws: S3Server;
  readonly bucket: string;
  readonly prefix: string;
  readonly suffix: string;
}

/** An SQS queue that a bucket sends its events to. */
export interface BucketQueue {
  readonly url: string;
  send(...bodies: readonly string[]): Promise<void>;
  /** Receives a message and forgets it, as a process that dies does; others see it again `visibleInS` seconds later. */
  receiveAndDie(visibleInS: number): Promise<number>;
  /** Messages that are in it, received ones included. */
  length(): Promise<number>;
  /** Makes the queue, once more if it was deleted, and has the bucket send its events there. */
  make(): Promise<void>;
  remove(): Promise<void>;
  close(): void;
}

/** The same rule as `registry-index notifications` prints. */
export async function startBucketQueue({ aws, bucket, prefix, suffix }: BucketQueueOptions): Promise<BucketQueue> {
  const { region, endpoint } = aws;
  const sqs = new SQSClient({ region, endpoint, credentials: aws });
  const s3 = new S3Client({ region, endpoint, credentials: aws, forcePathStyle: true });
  const url = `${endpoint}/123456789012/${bucket}-events`;

  const make = async () => {
    await sqs.send(new CreateQueueCommand({ QueueName: `${bucket}-events` }));
    const asked = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] });
    const { Attributes } = await sqs.send(asked);
    const rules = [
      { Name: 'prefix', Value: prefix },
      { Name: 'suffix', Value: suffix },
    ] as const;
    const events = ['s3:ObjectCreated:*', 's3:ObjectRemoved:*'] as const;
    const FilterRules = rules.filter(({ Value }) => Value !== '');
    const to = { QueueArn: Attributes?.QueueArn, Events: [...events], Filter: { Key: { FilterRules } } };
    const NotificationConfiguration = { QueueConfigurations: [to] };
    await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket: bucket, NotificationConfiguration }));
  };
  await make();
  return {
    url,
    make,
    async send(...bodies) {
      for (const MessageBody of bodies) await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody }));
    },
    async receiveAndDie(VisibilityTimeout) {
      const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: url, VisibilityTimeout }));
      return Messages?.length ?? 0;
    },
    async length() {
      const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
      const asked = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [...AttributeNames] });
      const { Attributes } = await sqs.send(asked);
      return AttributeNames.reduce((sum, name) => sum + Number(Attributes?.[name]), 0);
    },
    async remove() {
      await sqs.send(new DeleteQueueCommand({ QueueUrl: url }));
    },
    close() {
      sqs.destroy();
      s3.destroy();
    },
  };
}
