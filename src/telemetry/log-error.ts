import { foreignWords } from './foreign-words.ts';

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
  /** Of several tries, the first few. */
  readonly errors?: readonly LoggedError[];
}

const MAX_DEPTH = 5;
const MAX_ERRORS = 5;
/** What names and codes of errors are; a service puts something of its own there too. */
const WORD = /^[A-Za-z][\w.-]{0,63}$/;
const MAX_MESSAGE_LENGTH = 1_024;
const MAX_FRAMES = 20;

/**
 * What of an error goes into a log: never its other fields, in which libraries keep requests, answers and credentials.
 * Messages that quote an answer, which may hold anything, are left out, and so are their stacks, which begin with them.
 */
export function loggedError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error))
    return { type: typeof error, message: foreignWords(String(error), MAX_MESSAGE_LENGTH) };
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
    message: foreignWords(message, MAX_MESSAGE_LENGTH),
    stack: frames
      .slice(0, MAX_FRAMES)
      .map((frame) => foreignWords(frame, MAX_MESSAGE_LENGTH))
      .join('\n'),
  };
}

/** The AWS SDK's errors repeat what a service says, and JSON.parse a piece of what it could not read. */
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
