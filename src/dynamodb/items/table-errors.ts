import type { IndexLocation } from '../../api/settings.ts';
import { type FailureKind, ServiceError } from '../../aws/errors.ts';
import { parsedOr } from './item.ts';

/** Handles a rejection: undefined for this kind of failure, the same rejection for any other. */
export function unless(kind: FailureKind): (error: unknown) => undefined {
  return (error) => {
    if (error instanceof ServiceError && error.failure.kind === kind) return undefined;
    throw error;
  };
}

/** The service has rejected the request as invalid. */
export function isRefusal(error: unknown): boolean {
  return error instanceof ServiceError && error.failure.reason === 'RequestRefused';
}

export function tableMissing(name: string, at: string): ServiceError {
  const message = `table ${name} does not exist at ${at}`;
  return new ServiceError({ kind: 'notFound', reason: 'TableNotFound', message });
}

/** Another epoch has begun: what was to be written does not matter any more. */
export function epochOver(message: string): ServiceError {
  return new ServiceError({ kind: 'conflict', reason: 'EpochOver', message });
}

export function notTheService(at: string): ServiceError {
  const message = `what answers at ${at} is not DynamoDB`;
  return new ServiceError({ kind: 'terminal', reason: 'EndpointInvalid', message });
}

export function tableProtected(name: string, cause: unknown): ServiceError {
  const message = `table ${name} is protected against deletion; turn its deletion protection off`;
  return new ServiceError({ kind: 'terminal', reason: 'DeletionProtected', message }, cause);
}

/**
 * Whether the endpoint does not support an operation; or, where the endpoint is not Amazon's, has rejected the request:
 * such services drop fields they do not know and then find nothing left to update.
 */
export function isUnsupported(error: unknown, { endpoint }: Pick<IndexLocation, 'endpoint'>): boolean {
  if (!(error instanceof ServiceError)) return false;
  const { reason } = error.failure;
  return reason === 'Unsupported' || (reason === 'RequestRefused' && !isAmazons(endpoint));
}

/** Whether the endpoint is DynamoDB itself, and not a compatible service. */
export function isAmazons(endpoint: string | undefined): boolean {
  const host = endpoint === undefined ? undefined : URL.parse(endpoint)?.hostname;
  return endpoint === undefined || (host !== undefined && /\.(amazonaws\.com(\.cn)?|api\.aws)$/.test(host));
}

/** What `parse` returns. Throws a ServiceError of that reason for an item that cannot be read. */
export function parsedOrFail<T>(reason: string, parse: () => T): T {
  return parsedOr(parse, (error) => {
    throw new ServiceError({ kind: 'terminal', reason, message: error.message }, error);
  });
}
