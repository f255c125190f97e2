import { type Logger, pino } from 'pino';

export type { Logger };

export interface LogOptions {
  /** A pino level: `trace` … `fatal`, or `silent`. */
  readonly level: string;
  /** For people at a terminal: coloured lines instead of JSON, where pino-pretty is installed. */
  readonly pretty?: boolean;
}

/** Paths that may carry credentials; whatever is logged there is replaced. */
const REDACTED = ['*.authorization', '*.headers.authorization', '*.secretAccessKey', '*.sessionToken', '*.accessKeyId'];

/** A pino logger that writes JSON lines to standard output. */
export function createLogger({ level, pretty = false }: LogOptions): Logger {
  return pino({
    level,
    redact: { paths: REDACTED, censor: '[redacted]' },
    ...(pretty ? { transport: { target: 'pino-pretty', options: { ignore: 'pid,hostname' } } } : {}),
  });
}
