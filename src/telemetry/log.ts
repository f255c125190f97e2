import { type Logger, pino } from 'pino';
import { loggedError } from './log-error.ts';

export type { Logger };

export interface LogOptions {
  /** A pino level: `trace` … `fatal`, or `silent`. */
  readonly level: string;
  /** For programs whose standard output is for people. */
  readonly toStderr?: boolean;
}

const STDOUT = 1;
const STDERR = 2;

/** Fields that may hold credentials. Their values are replaced. */
const REDACTED = [
  '*.authorization',
  '*.headers.authorization',
  '*.secretAccessKey',
  '*.sessionToken',
  '*.accessKeyId',
  '*.nudgeKey',
];

/** A pino logger that writes JSON lines. */
export function createLogger({ level, toStderr = false }: LogOptions): Logger {
  const redact = { paths: REDACTED, censor: '[redacted]' };
  return pino({ level, redact, serializers: { err: loggedError } }, pino.destination(toStderr ? STDERR : STDOUT));
}
