import { errorCode } from '../json/error-code.ts';
import { type Failure, ServiceError } from './errors.ts';
import { FAILURE_RULES, type FailureContext, type FailureRule, PROXY_REFUSED, type Subject } from './failure-rules.ts';
import { proxyTo } from './place.ts';
import { S3Error } from './s3-error.ts';

export type { Subject } from './failure-rules.ts';

/**
 * Classifies whatever an AWS SDK call threw. A ServiceError stays as it is. Messages are ours alone: an answer's body
 * may hold anything and is kept for the log in `cause`.
 */
export function classify(error: unknown, subject: Subject): ServiceError {
  if (error instanceof ServiceError) return error;
  const names = namesOf(error);
  const rule = FAILURE_RULES.find((candidate) => candidate.names.some((name) => names.includes(name)));
  const context = { ...subject, region: regionOf(error), proxy: proxyTo(subject.at) };
  const failure = rule ? failureBy(rule, context) : fromStatus(statusOf(error), names, context);
  return new ServiceError(failure, error);
}

function failureBy({ kind, reason, say }: Omit<FailureRule, 'names'>, context: FailureContext): Failure {
  return { kind, reason, message: say(context) };
}

/** For errors without a known name: the answer of a proxy, or of something that is no AWS service at all. */
function fromStatus(status: number | undefined, names: readonly string[], context: FailureContext): Failure {
  const { thing, at } = context;
  if (status === 407) return failureBy(PROXY_REFUSED, context);
  if (status === 403) return { kind: 'denied', reason: 'AccessDenied', message: `${at} refuses access to ${thing}` };
  if (status === 501)
    return { kind: 'terminal', reason: 'Unsupported', message: `${at} does not know this operation on ${thing}` };
  if (status === 429 || (status !== undefined && status >= 500))
    return { kind: 'retryable', reason: 'ServiceFailed', message: `${at} failed to answer (${status})` };
  if (names.includes('SyntaxError'))
    return { kind: 'terminal', reason: 'EndpointInvalid', message: `what answers at ${at} is not the service` };
  if (status !== undefined && status >= 300 && status < 400) {
    const message = `${at} answers with a redirect (${status}), which is not followed; name the endpoint that it leads to`;
    return { kind: 'terminal', reason: 'EndpointInvalid', message };
  }
  const details = [names.find(isCode), status && `HTTP ${status}`].filter(Boolean).join(', ');
  return { kind: 'terminal', reason: 'RequestFailed', message: `${thing} at ${at}: ${details || 'unknown error'}` };
}

/**
 * Whether a name looks like the code of an error, of AWS (`NoSuchKey`) or of Node (`ECONNRESET`): an answer may put
 * anything in its place, a header of the request included.
 */
function isCode(name: string): boolean {
  return (
    /^(?:(?=.*[a-z])[A-Z][A-Za-z0-9.]{1,63}|E[A-Z]{2,14}|[A-Z]{2,12}(?:_[A-Z0-9]+){1,6})$/.test(name) &&
    name !== 'Error'
  );
}

/** Names and codes of an error and of its causes, outermost first; Node puts a lookup's code into a cause or a list. */
function namesOf(error: unknown, depth = 0): string[] {
  if (!(error instanceof Error) || depth > 4) return [];
  const several = error instanceof AggregateError ? error.errors : [];
  const code = errorCode(error);
  const inner = [error.cause, ...several].flatMap((one) => namesOf(one, depth + 1));
  return [error.name, ...(code === undefined ? [] : [code]), ...inner];
}

function regionOf(error: unknown): string | undefined {
  return error instanceof S3Error ? error.region : undefined;
}

/** The status of the answer that an error was made of. */
export function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return undefined;
  const metadata = error.$metadata;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}
