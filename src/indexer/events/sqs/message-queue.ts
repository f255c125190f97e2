import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { QueuePlace } from '../../../api/queue-place.ts';
import { type AwsCallerOptions, createAwsCaller } from '../../../aws/call.ts';
import { common } from '../../../aws/clients.ts';
import type { AwsCredentials } from '../../../aws/credentials.ts';
import { placeOf } from '../../../aws/place.ts';
import { parseObject } from '../../../oci/json-fields.ts';

/** A message that was received and is not visible to others for a while. */
export interface ReceivedMessage {
  readonly body: string;
  /** Names this receipt of the message, for deleting it. */
  readonly receipt: string;
  /** When it was sent; milliseconds since 1970. */
  readonly sentAtMs: number;
  /** How often it was received, this time included. */
  readonly receives: number;
}

export interface QueueState {
  /** How many messages wait to be received, about. */
  readonly waiting: number;
  /** After how many receives a message goes to the dead letters; infinite where there are none. */
  readonly maxReceives: number;
}

/** Of one request. */
export const MAX_MESSAGES = 10;

/** An SQS queue. Rejects with a classified ServiceError. */
export interface MessageQueue {
  /** Waits for messages up to 20 s; none then. They stay invisible to others for `visibleInS` seconds. */
  receive(visibleInS: number, signal: AbortSignal): Promise<readonly ReceivedMessage[]>;
  /** At most MAX_MESSAGES. Returns how many could not be deleted: those come again. */
  remove(receipts: readonly string[], signal: AbortSignal): Promise<number>;
  /** At most MAX_MESSAGES become visible `visibleInS` seconds from now. */
  show(receipts: readonly string[], visibleInS: number, signal: AbortSignal): Promise<void>;
  state(signal: AbortSignal): Promise<QueueState>;
  close(): void;
}

const WAIT_S = 20;
/** A long poll is answered within WAIT_S. */
const RECEIVE: AwsCallerOptions = { timeoutMs: (WAIT_S + 8) * 1_000 };
/** What fails for longer is no loss: the message comes again. */
const BRIEFLY: AwsCallerOptions = { timeoutMs: 10_000, attempts: 3 };

export function openMessageQueue(place: QueuePlace, credentials: AwsCredentials | undefined): MessageQueue {
  const { url: QueueUrl, region } = place;
  const endpoint = new URL(QueueUrl).origin;
  // The endpoint is the queue's own host: requests go nowhere else.
  const client = new SQSClient(common({ region, endpoint, credentials, maxAttempts: 1 }));
  const subject = { thing: `queue ${nameOf(QueueUrl)}`, at: placeOf('SQS', { region, endpoint }) };
  const receiving = createAwsCaller(subject, RECEIVE);
  const caller = createAwsCaller(subject, BRIEFLY);

  return {
    async receive(visibleInS, signal) {
      const command = new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: MAX_MESSAGES,
        WaitTimeSeconds: WAIT_S,
        VisibilityTimeout: visibleInS,
        MessageSystemAttributeNames: ['SentTimestamp', 'ApproximateReceiveCount'],
      });
      const { Messages } = await receiving.once((options) => client.send(command, options), signal);
      return (Messages ?? []).flatMap((message) => readMessage(message) ?? []);
    },
    async remove(receipts, signal) {
      const Entries = receipts.map((ReceiptHandle, at) => ({ Id: String(at), ReceiptHandle }));
      const command = new DeleteMessageBatchCommand({ QueueUrl, Entries });
      const { Failed } = await caller.patiently((options) => client.send(command, options), signal);
      return Failed?.length ?? 0;
    },
    async show(receipts, VisibilityTimeout, signal) {
      const Entries = receipts.map((ReceiptHandle, at) => ({ Id: String(at), ReceiptHandle, VisibilityTimeout }));
      const command = new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries });
      await caller.patiently((options) => client.send(command, options), signal);
    },
    async state(signal) {
      const AttributeNames = ['ApproximateNumberOfMessages', 'RedrivePolicy'] as const;
      const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] });
      const { Attributes } = await caller.once((options) => client.send(command, options), signal);
      const waiting = Number(Attributes?.ApproximateNumberOfMessages ?? 0);
      return { waiting, maxReceives: maxReceivesOf(Attributes?.RedrivePolicy) };
    },
    close: () => client.destroy(),
  };
}

function readMessage({ Body, ReceiptHandle, Attributes }: Message): ReceivedMessage | undefined {
  if (ReceiptHandle === undefined) return undefined;
  const { SentTimestamp = Date.now(), ApproximateReceiveCount = 1 } = Attributes ?? {};
  const counts = { sentAtMs: Number(SentTimestamp), receives: Number(ApproximateReceiveCount) };
  return { body: Body ?? '', receipt: ReceiptHandle, ...counts };
}

/** The count is a number or a text in the policy's JSON. */
function maxReceivesOf(redrivePolicy = ''): number {
  const policy = parseObject(Buffer.from(redrivePolicy), 'redrive policy');
  const count = policy.kind === 'parsed' ? Number(policy.value.maxReceiveCount) : Number.NaN;
  return Number.isInteger(count) ? count : Number.POSITIVE_INFINITY;
}

function nameOf(queueUrl: string): string {
  return new URL(queueUrl).pathname.replace(/\/+$/, '').replace(/^.*\//, '');
}
