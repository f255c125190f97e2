import { redacted } from './untrusted-text.ts';

/** An error as a log line has it. */
export interface LoggedError {
  readonly type: string;
  readonly message?: string;
  /** Of Node, such as `ECONNRESET`. */
  readonly code?: string;
  /** The HTTP status of the answer that it is about. */
  readonly status?: number;
  readonly stack?: string;
  readonly cause?: LoggedError;
  /** Of an AggregateError, the first few. */
  readonly errors?: readonly LoggedError[];
}

const MAX_DEPTH = 5;
const MAX_ERRORS = 5;
/** The form of names and codes of errors. A service may put any text there. */
const WORD = /^[A-Za-z][\w.-]{0,63}$/;
const MAX_MESSAGE_LENGTH = 1_024;
const MAX_FRAMES = 20;

/**
 * The fields of an error that may be logged. Its other fields may hold requests, answers and credentials. A message
 * that quotes an answer is left out, and so is its stack, which begins with the message.
 */
export function loggedError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: redacted(String(error), MAX_MESSAGE_LENGTH) };
  const { code, status } = fieldsOf(error);
  const inner = depth < MAX_DEPTH;
  return {
    type: WORD.test(error.name) ? error.name : 'Error',
    ...(quotesAnswer(error) ? {} : ownWords(error)),
    ...(typeof code === 'string' && WORD.test(code) ? { code } : {}),
    ...(typeof status === 'number' ? { status } : {}),
    ...(inner && error.cause !== undefined ? { cause: loggedError(error.cause, depth + 1) } : {}),
    ...(inner && error instanceof AggregateError
      ? { errors: error.errors.slice(0, MAX_ERRORS).map((each: unknown) => loggedError(each, depth + 1)) }
      : {}),
  };
}

function ownWords({ message, stack = '' }: Error): Pick<LoggedError, 'message' | 'stack'> {
  const frames = stack.split('\n').filter((line) => /^ {4}at \S/.test(line));
  return {
    message: redacted(message, MAX_MESSAGE_LENGTH),
    stack: frames
      .slice(0, MAX_FRAMES)
      .map((frame) => redacted(frame, MAX_MESSAGE_LENGTH))
      .join('\n'),
  };
}

/** Errors of the AWS SDK quote the service's answer, and those of JSON.parse a piece of the text. */
function quotesAnswer(error: Error): boolean {
  return '$metadata' in error || '$response' in error || '$fault' in error || error.name === 'SyntaxError';
}

function fieldsOf(error: Error): { readonly code?: unknown; readonly status?: unknown } {
  const metadata = '$metadata' in error ? error.$metadata : undefined;
  const answered = typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata;
  return {
    ...('code' in error ? { code: error.code } : {}),
    ...('status' in error ? { status: error.status } : {}),
    ...(answered ? { status: metadata.httpStatusCode } : {}),
  };
}
