import { type FailureKind, ServiceError } from '../aws/errors.ts';

/** Handles a rejection: undefined for this kind of failure, the same rejection for any other. */
export function unless(kind: FailureKind): (error: unknown) => undefined {
  return (error) => {
    if (error instanceof ServiceError && error.failure.kind === kind) return undefined;
    throw error;
  };
}

/** The service has understood the request and says that it is wrong. */
export function isRefusal(error: unknown): boolean {
  return error instanceof ServiceError && error.failure.reason === 'RequestRefused';
}

export function tableMissing(name: string, at: string): ServiceError {
  const message = `table ${name} does not exist at ${at}`;
  return new ServiceError({ kind: 'notFound', reason: 'TableNotFound', message });
}

export function notTheService(at: string): ServiceError {
  const message = `what answers at ${at} is not DynamoDB`;
  return new ServiceError({ kind: 'terminal', reason: 'EndpointInvalid', message });
}

export function tableProtected(name: string, cause: unknown): ServiceError {
  const message = `table ${name} is protected against deletion; turn its deletion protection off`;
  return new ServiceError({ kind: 'terminal', reason: 'DeletionProtected', message }, cause);
}
