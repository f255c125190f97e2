import { isRecord } from './resource.ts';

/** What an error answer of the API server says. */
export interface ApiFailure {
  /** The HTTP status. */
  readonly status: number;
  /** The API's own word, such as `NotFound`, `AlreadyExists`, `Conflict`, `Forbidden`, `Invalid` or `Expired`. */
  readonly reason: string;
  readonly message: string;
  /** What is wrong with which field, one sentence each; present with `Invalid`. */
  readonly causes: readonly string[];
  readonly retryAfterMs: number | undefined;
}

/** The API server refused a request. 409 is both `AlreadyExists` and `Conflict`: ask `reason`, not `status`. */
export class ApiError extends Error {
  readonly status: number;
  readonly reason: string;
  readonly causes: readonly string[];
  readonly retryAfterMs: number | undefined;

  constructor({ status, reason, message, causes, retryAfterMs }: ApiFailure) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.reason = reason;
    this.causes = causes;
    this.retryAfterMs = retryAfterMs;
  }
}

export function hasReason(error: unknown, ...reasons: readonly string[]): boolean {
  return error instanceof ApiError && reasons.includes(error.reason);
}

/** Reasons of answers that carry no Status, as those of a proxy in between. */
const REASON_OF_STATUS: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  409: 'Conflict',
  410: 'Gone',
  422: 'Invalid',
  429: 'TooManyRequests',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

export interface ErrorAnswer {
  /** The HTTP status, unless the body knows better. */
  readonly status: number;
  /** What was asked, such as `GET /api/v1/pods`; the message of an answer that says nothing itself. */
  readonly request: string;
  /** The value of the Retry-After header. */
  readonly retryAfter?: string | null;
}

/** Reads a Status object (meta/v1); anything else, HTML of a proxy included, is told by its HTTP status alone. */
export function parseStatus(body: unknown, { status: httpStatus, request, retryAfter }: ErrorAnswer): ApiError {
  const said = isRecord(body) && body.kind === 'Status' ? body : {};
  const details = isRecord(said.details) ? said.details : {};
  const status = typeof said.code === 'number' ? said.code : httpStatus;
  return new ApiError({
    status,
    reason: textOf(said.reason) ?? REASON_OF_STATUS[status] ?? 'Unknown',
    message: textOf(said.message) ?? `${request}: HTTP ${status}`,
    causes: Array.isArray(details.causes) ? details.causes.flatMap(describeCause) : [],
    retryAfterMs: secondsToMs(details.retryAfterSeconds) ?? secondsToMs(retryAfter),
  });
}

function describeCause(cause: unknown): string[] {
  if (!isRecord(cause)) return [];
  const message = textOf(cause.message) ?? textOf(cause.reason);
  const field = textOf(cause.field);
  return message === undefined ? [] : [field === undefined ? message : `${field}: ${message}`];
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Retry-After as seconds; the API server never sends the form with a date. */
function secondsToMs(value: unknown): number | undefined {
  const seconds = typeof value === 'string' ? Number.parseInt(value, 10) : value;
  return typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : undefined;
}
