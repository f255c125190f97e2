import { PutBucketNotificationConfigurationCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { senderConfiguration } from '../../../src/config/sender-configuration.ts';
import { objectFilter } from '../../../src/storage/object-filter.ts';
import type { S3Server } from '../../env/versitygw.ts';

export interface BucketQueueOptions {
  /** Of S3 and SQS. */
  readonly aws: S3Server;
  readonly bucket: string;
}

/** An SQS queue that a bucket sends its events to. */
export interface BucketQueue {
  readonly url: string;
  send(...bodies: readonly string[]): Promise<void>;
  /**
   * Receives what is there and forgets it, as a process that dies does; others see it again `visibleInS` seconds later.
   */
  receiveAndDie(visibleInS: number): Promise<number>;
  /** Messages that are in it, received ones included. */
  length(): Promise<number>;
  /**
   * Makes the queue, once more if it was deleted, and has the bucket send its events there, both as `registry-index
   * notifications` says.
   */
  make(): Promise<void>;
  remove(): Promise<void>;
  close(): void;
}

export async function startBucketQueue({ aws, bucket }: BucketQueueOptions): Promise<BucketQueue> {
  const { region, endpoint } = aws;
  const sqs = new SQSClient({ region, endpoint, credentials: aws });
  const s3 = new S3Client({ region, endpoint, credentials: aws, forcePathStyle: true });
  const url = `${endpoint}/123456789012/${bucket}-events`;

  const make = async () => {
    for (const QueueName of [`${bucket}-events`, `${bucket}-events-dead-letters`])
      await sqs.send(new CreateQueueCommand({ QueueName }));
    const spec = { bucket, region, notifications: { sqs: { queueURL: url } } };
    const printed = senderConfiguration({ name: 'x', namespace: 'x', spec }, { filter: objectFilter({}) });
    const [Attributes, NotificationConfiguration] = [...printed.matchAll(/^\{\n[\s\S]*?^\}$/gm)].map(([json]) =>
      JSON.parse(json),
    );
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes }));
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
      const receive = { QueueUrl: url, VisibilityTimeout, MaxNumberOfMessages: 10 };
      const { Messages } = await sqs.send(new ReceiveMessageCommand(receive));
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
