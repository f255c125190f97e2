import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { getEndpointFromInstructions } from '@smithy/core/endpoints';
import type { Dispatcher } from 'undici';
import { readAtMost } from '../json/read-json.ts';
import { dynamoError } from './dynamo-error.ts';
import { ForeignAnswer, isCompressed, MAX_ANSWER_BYTES } from './http-handler.ts';
import { createSignedSender } from './signed-sender.ts';

export interface DynamoPostOptions {
  /** The limit of one answer; a longer one is a failure. */
  readonly maxAnswerBytes?: number | undefined;
  /** The clock of the service, for signatures; milliseconds since 1970. */
  readonly now: () => number;
  /** Called with the header `date` of each answer, of refusals too. */
  readonly onDate: (date: string | undefined) => void;
}

export interface DynamoPost {
  /**
   * Sends one operation, such as `PutItem`, and gives the JSON of the answer. Rejects with an error named by DynamoDB's
   * own code (`ConditionalCheckFailedException`), or by what is wrong with the connection.
   */
  post(operation: string, body: string, signal: AbortSignal): Promise<unknown>;
  close(): void;
}

/** Signed requests to DynamoDB. */
export function createDynamoPost(client: DynamoDBClient, options: DynamoPostOptions): DynamoPost {
  const { config } = client;
  const { maxAnswerBytes = MAX_ANSWER_BYTES, now, onDate } = options;
  const sender = createSignedSender(config, {
    service: { service: 'dynamodb' },
    findEndpoint: () => getEndpointFromInstructions({}, PutItemCommand, { ...config }),
    now,
  });

  return {
    async post(operation, body, signal) {
      const headers = {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDB_20120810.${operation}`,
      };
      const answer = await sender.send({ method: 'POST', headers, body }, signal);
      const { date } = answer.headers;
      onDate(typeof date === 'string' ? date : undefined);
      if (answer.statusCode !== 200) throw await dynamoError(answer);
      return readAnswer(answer, maxAnswerBytes);
    },
    close: sender.close,
  };
}

async function readAnswer({ headers, body }: Dispatcher.ResponseData, maxBytes: number): Promise<unknown> {
  if (isCompressed(headers) || Number(headers['content-length'] ?? 0) > maxBytes) {
    body.on('error', () => undefined).destroy();
    throw new ForeignAnswer('the answer is compressed or too long');
  }
  const { bytes, whole } = await readAtMost(body, maxBytes);
  if (!whole) throw new ForeignAnswer('the answer is too long');
  return JSON.parse(bytes.toString('utf8'));
}
