/**
 * What became of a request to S3 or DynamoDB, decided once, here:
 * `retryable` may pass by itself, `conflict` is a failed condition, `notFound` a missing table, bucket or object,
 * `denied` wants other credentials or rights, `terminal` makes no progress by trying again.
 */
export type FailureKind = 'retryable' | 'conflict' | 'notFound' | 'denied' | 'terminal';

export interface Failure {
  readonly kind: FailureKind;
  /** A stable word fit for a condition's reason, such as `BucketNotFound` or `EndpointUnreachable`. */
  readonly reason: string;
  /** A sentence for people that names the thing; never a response body, never a secret. */
  readonly message: string;
}

/** An error that has been classified; `cause` keeps the original for the log. */
export class ServiceError extends Error {
  readonly failure: Failure;

  constructor(failure: Failure, cause?: unknown) {
    super(failure.message, { cause });
    this.name = 'ServiceError';
    this.failure = failure;
  }
}

/** Whether it may pass by itself. */
export function isRetryable(error: unknown): error is ServiceError {
  return error instanceof ServiceError && error.failure.kind === 'retryable';
}
