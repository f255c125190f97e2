import { isRecord } from '../json/is-record.ts';
import { redacted } from '../telemetry/untrusted-text.ts';

/** A Status (meta/v1) of the API server that says `Failure`, parsed. */
export interface FailureStatus {
  /** The HTTP status. */
  readonly status: number;
  /**
   * The reason of the API's Status, such as `NotFound`, `AlreadyExists`, `Conflict`, `Forbidden`, `Invalid` or
   * `Expired`.
   */
  readonly reason: string;
  readonly message: string;
  /** What is wrong with which field, one sentence each; present with `Invalid`. */
  readonly causes: readonly string[];
  readonly retryAfterMs: number | undefined;
}

/** The API server refused a request. Check `reason`, not `status`: 409 is both `AlreadyExists` and `Conflict`. */
export class StatusError extends Error {
  readonly status: number;
  readonly reason: string;
  readonly causes: readonly string[];
  readonly retryAfterMs: number | undefined;

  constructor({ status, reason, message, causes, retryAfterMs }: FailureStatus) {
    super(message);
    this.name = 'StatusError';
    this.status = status;
    this.reason = reason;
    this.causes = causes;
    this.retryAfterMs = retryAfterMs;
  }
}

export function hasReason(error: unknown, ...reasons: readonly string[]): boolean {
  return error instanceof StatusError && reasons.includes(error.reason);
}

/** Reasons of answers without a Status, such as those of a proxy in between. */
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
  /** The HTTP status. A code in the body counts before it. */
  readonly status: number;
  /** Such as `GET /api/v1/pods`; part of the message if the answer has none. */
  readonly request: string;
  /** The value of the Retry-After header. */
  readonly retryAfter?: string | undefined;
}

const MAX_MESSAGE_LENGTH = 1_024;
const MAX_CAUSES = 32;
const MAX_CAUSE_LENGTH = 256;
/** No answer makes a caller wait longer. */
const MAX_RETRY_AFTER_SECONDS = 600;

/**
 * Reads a Status object (meta/v1). Of anything else, such as HTML of a proxy, only the HTTP status counts. Texts are
 * cut and put on one line, because they end up in conditions and logs.
 */
export function parseStatus(body: unknown, { status: httpStatus, request, retryAfter }: ErrorAnswer): StatusError {
  const fields = isRecord(body) && body.kind === 'Status' ? body : {};
  const details = isRecord(fields.details) ? fields.details : {};
  const causes: unknown[] = Array.isArray(details.causes) ? details.causes : [];
  const status = isHttpStatus(fields.code) ? fields.code : httpStatus;
  return new StatusError({
    status,
    reason: wordOf(fields.reason) ?? REASON_OF_STATUS[status] ?? 'Unknown',
    message: textOf(fields.message, MAX_MESSAGE_LENGTH) ?? `${request}: HTTP ${status}`,
    causes: causes.slice(0, MAX_CAUSES).flatMap(describeCause),
    retryAfterMs: secondsToMs(details.retryAfterSeconds) ?? secondsToMs(retryAfter),
  });
}

function describeCause(cause: unknown): string[] {
  if (!isRecord(cause)) return [];
  const message = textOf(cause.message, MAX_CAUSE_LENGTH) ?? textOf(cause.reason, MAX_CAUSE_LENGTH);
  const field = textOf(cause.field, MAX_CAUSE_LENGTH);
  return message === undefined ? [] : [field === undefined ? message : `${field}: ${message}`];
}

function isHttpStatus(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 100 && Number(value) <= 599;
}

function wordOf(value: unknown): string | undefined {
  return typeof value === 'string' && /^[A-Za-z]{1,64}$/.test(value) ? value : undefined;
}

function textOf(value: unknown, maxLength: number): string | undefined {
  return typeof value === 'string' ? redacted(value, maxLength) || undefined : undefined;
}

/** Retry-After as seconds; the API server never sends the form with a date. */
function secondsToMs(value: unknown): number | undefined {
  const seconds = typeof value === 'string' ? Number.parseInt(value, 10) : value;
  if (typeof seconds !== 'number' || !(seconds > 0)) return undefined;
  return Math.min(seconds, MAX_RETRY_AFTER_SECONDS) * 1000;
}
