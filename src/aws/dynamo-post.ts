import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { getEndpointFromInstructions } from '@smithy/core/endpoints';
import type { EndpointV2, HttpRequest } from '@smithy/types';
import type { Dispatcher } from 'undici';
import { readAtMost } from '../json/read-json.ts';
import { createDispatcher, refusedByProxy } from '../network/dispatcher.ts';
import { applicationOf, CONNECT_TIMEOUT_MS, MAX_SOCKETS, REQUEST_TIMEOUT_MS } from './clients.ts';
import { dynamoError } from './dynamo-error.ts';
import { ForeignAnswer, isCompressed, MAX_ANSWER_BYTES } from './http-handler.ts';
import { createRequestSigner } from './request-signer.ts';

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

/** The nudges and polls of a quiet replica find the connection of before; the SDK never closes one. */
const KEEP_ALIVE_MS = 60_000;

/**
 * Signed requests to DynamoDB. The client says where it is and who asks, as for its own commands; but a command of the
 * SDK costs three times the CPU of the same request sent so.
 */
export function createDynamoPost(client: DynamoDBClient, options: DynamoPostOptions): DynamoPost {
  const { config } = client;
  const { maxAnswerBytes = MAX_ANSWER_BYTES, now, onDate } = options;
  const agent = createDispatcher({
    connections: MAX_SOCKETS,
    connect: { timeout: CONNECT_TIMEOUT_MS },
    headersTimeout: REQUEST_TIMEOUT_MS,
    bodyTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
  });
  const signer = createRequestSigner(config, { service: 'dynamodb' });
  let endpoint: EndpointV2 | undefined;

  return {
    async post(operation, body, signal) {
      endpoint ??= await getEndpointFromInstructions({}, PutItemCommand, { ...config });
      const { url, properties } = endpoint;
      const request = requestTo(url, { operation, body, userAgent: await applicationOf(config) });
      const signingRegion = properties?.authSchemes?.[0]?.signingRegion;
      const signingDate = new Date(now());
      const { headers } = await signer.sign(request, { signingDate, ...(signingRegion ? { signingRegion } : {}) });
      const target = { origin: url.origin, path: url.pathname, method: 'POST', headers, body, signal } as const;
      const answer = await agent.request(target).catch((error: unknown) => {
        throw refusedByProxy(error);
      });
      const { date } = answer.headers;
      onDate(typeof date === 'string' ? date : undefined);
      if (answer.statusCode !== 200) throw await dynamoError(answer);
      return readAnswer(answer, maxAnswerBytes);
    },
    close: () => void agent.destroy(),
  };
}

interface Operation {
  readonly operation: string;
  readonly body: string;
  readonly userAgent: string;
}

function requestTo(
  { protocol, hostname, port, host, pathname }: URL,
  { operation, body, userAgent }: Operation,
): HttpRequest {
  const headers = {
    host,
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': `DynamoDB_20120810.${operation}`,
    'user-agent': userAgent,
  };
  const place = { protocol, hostname, ...(port ? { port: Number(port) } : {}), path: pathname, query: {} };
  return { ...place, method: 'POST', headers, body };
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
