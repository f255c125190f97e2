import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { assumeRole } from './assume-role.ts';
import type { AwsCredentials } from './credentials.ts';
import { BoundedHttpHandler, MAX_ANSWER_BYTES } from './http-handler.ts';

export interface ClientOptions {
  readonly region: string;
  readonly endpoint: string | undefined;
  readonly credentials: AwsCredentials | undefined;
  /** Attempts of the SDK itself; 1 where the caller retries, because a retry must differ from the first try. */
  readonly maxAttempts?: number;
  /** The limit of one answer; a longer one is a failure. */
  readonly maxAnswerBytes?: number | undefined;
  /** What answers requests, instead of the network. */
  readonly answer?: LocalAnswer | undefined;
}

/**
 * Answers an operation such as `PutItem` as the SDK would, from the input of its command: a document client's holds
 * plain values. Rejects with an error that has the name of the service's.
 */
export type LocalAnswer = (operation: string, input: object) => Promise<object>;

/** Sends one operation about items, such as `PutItem`, with plain values, and gives its answer. */
export type SendOperation = (operation: string, input: object, signal: AbortSignal) => Promise<object>;

/** Sockets enough for a worker's concurrency; a request that waits for one is not a failed one. */
export const MAX_SOCKETS = 256;
/** Without `throwOnRequestTimeout` the SDK only logs that a request takes longer than this. */
export const REQUEST_TIMEOUT_MS = 30_000;
export const CONNECT_TIMEOUT_MS = 3_000;

const CONNECTIONS = {
  connectionTimeout: CONNECT_TIMEOUT_MS,
  requestTimeout: REQUEST_TIMEOUT_MS,
  throwOnRequestTimeout: true,
  agent: { maxSockets: MAX_SOCKETS, keepAlive: true },
};

export function createDynamoClient(options: ClientOptions): DynamoDBClient {
  const client = new DynamoDBClient(common(options));
  if (options.answer) answerLocally(client, options.answer);
  return client;
}

/** Answers before anything is serialised. */
function answerLocally({ middlewareStack }: DynamoDBClient, answer: LocalAnswer): void {
  middlewareStack.add(
    (_next, { commandName = '' }) =>
      async ({ input }) => ({
        response: undefined,
        output: { ...(await answer(commandName.replace(/Command$/, ''), input)), $metadata: {} },
      }),
    { step: 'serialize', name: 'answerLocally', priority: 'high' },
  );
}

/** What the clients of all services have in common. */
export function common(options: ClientOptions) {
  const { region, endpoint, credentials, maxAttempts = 3, maxAnswerBytes = MAX_ANSWER_BYTES } = options;
  const requestHandler = new BoundedHttpHandler({ ...CONNECTIONS, maxAnswerBytes });
  const signed =
    credentials && 'role' in credentials ? assumeRole(credentials, { region, requestHandler }) : credentials;
  return {
    region,
    maxAttempts,
    ...(endpoint ? { endpoint } : {}),
    ...(signed ? { credentials: signed } : {}),
    requestHandler,
  };
}

export type Application = Pick<DynamoDBClient['config'], 'userAgentAppId'>;

/** As the SDK names the application of its own requests. */
export async function applicationOf({ userAgentAppId }: Application): Promise<string> {
  const application = await userAgentAppId();
  return application === undefined ? 'registry-index' : `registry-index app/${application}`;
}
