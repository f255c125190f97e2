import { SQSClient } from '@aws-sdk/client-sqs';
import { type ClientOptions, common } from './clients.ts';

/**
 * In a file of its own, so that only what reads queues loads it. The endpoint is the queue's own host: requests go
 * nowhere else.
 */
export function createSqsClient(options: ClientOptions & { readonly endpoint: string }): SQSClient {
  return new SQSClient(common(options));
}
