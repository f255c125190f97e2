import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { PARSER_STOPPED } from '../../http/parser-limit.ts';
import type { ClientError } from '../../http/socket-guard.ts';
import { EngineBusy, QueryRefused } from '../../search/api.ts';
import { QueryError } from '../../search/query/mistake.ts';
import type { Logger } from '../../telemetry/log.ts';
import { ApiError, type ErrorCode, errorBody } from './api-error.ts';

/** What the header `Retry-After` says. */
const RETRY_AFTER_SECONDS: Readonly<Partial<Record<ErrorCode, number>>> = {
  NOT_READY: 5,
  BUSY: 1,
  TOO_MANY_UNANSWERED: 1,
  LOGIN_UNAVAILABLE: 2,
};

/** How errors are shown to people. */
export interface ErrorPages {
  /** Whether an error is to be shown as a page, and not as JSON. */
  showsError(request: FastifyRequest): boolean;
  sendError(error: ApiError, request: FastifyRequest, reply: FastifyReply): Promise<unknown>;
}

/**
 * Answers errors of routes as JSON, or as a page where one was asked for. Unexpected ones are logged, and answered as
 * INTERNAL without their message.
 */
export function answerError(log: Logger, pages: ErrorPages) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): unknown => {
    const known = toApiError(error);
    if (known.code === 'INTERNAL')
      log.error({ err: error, method: request.method, url: request.url }, 'Failed to answer a request');
    const retryAfterSeconds = RETRY_AFTER_SECONDS[known.code];
    if (retryAfterSeconds !== undefined) reply.header('retry-after', retryAfterSeconds);
    reply.headers(known.headers).code(known.status);
    if (pages.showsError(request)) return pages.sendError(known, request, reply);
    return reply.type('application/json').send(errorBody(known));
  };
}

function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof QueryRefused) return new ApiError(error.code, error);
  if (error instanceof EngineBusy) return new ApiError('BUSY');
  if (error instanceof QueryError) {
    const { message, mistake, position } = error;
    return new ApiError('QUERY_INVALID', { message, mistake, detail: { position } });
  }
  if (isAbandoned(error)) return new ApiError('CLIENT_GONE');
  if (!isRefusal(error)) return new ApiError('INTERNAL');
  return new ApiError(error.code === 'FST_ERR_BAD_URL' ? 'ENCODING_INVALID' : 'REQUEST_INVALID');
}

/** All clients that waited for this answer have left. */
function isAbandoned(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** Fastify's own 4xx errors, such as for a path that cannot be decoded. */
function isRefusal(error: unknown): error is FastifyError {
  if (!(error instanceof Error) || !('statusCode' in error)) return false;
  return typeof error.statusCode === 'number' && error.statusCode >= 400 && error.statusCode < 500;
}

const CLIENT_ERRORS: Readonly<Record<string, ErrorCode>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
  HPE_HEADER_OVERFLOW: 'HEADERS_TOO_LARGE',
  [PARSER_STOPPED]: 'TOO_MANY_UNANSWERED',
};

/**
 * Answers bytes that are no HTTP request, or one too many, for which Fastify has no reply: there is only the socket.
 */
export function answerClientError(error: ClientError, socket: Socket): void {
  const known = new ApiError(CLIENT_ERRORS[error.code ?? ''] ?? 'REQUEST_INVALID');
  const retryAfterSeconds = RETRY_AFTER_SECONDS[known.code];
  const body = JSON.stringify(errorBody(known));
  const head = [
    `HTTP/1.1 ${known.status} ${STATUS_CODES[known.status]}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(retryAfterSeconds === undefined ? [] : [`Retry-After: ${retryAfterSeconds}`]),
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
