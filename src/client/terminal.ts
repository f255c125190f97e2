import { errorCode } from '../json/error-code.ts';

/** Where a command prints. */
export interface Terminal {
  /** What was asked for, which other programs may read. Rejects if it cannot be written, as on a full disk. */
  print(text: string): Promise<void>;
  /** Everything else, a line. */
  say(line: string): void;
  /** How wide it is; undefined where nobody looks, as in a pipe. */
  readonly columns: number | undefined;
  readonly hasColors: boolean;
}

const USUAL_COLUMNS = 80;

/** What is used of `process`. */
export interface PrintingProcess {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  exit(code: number): void;
}

interface Output extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export function processTerminal({ stdout, stderr, env }: PrintingProcess): Terminal {
  return {
    print: (text) =>
      new Promise((resolve, reject) => stdout.write(text, (error) => (error ? reject(error) : resolve()))),
    say: (line) => void stderr.write(`${line}\n`),
    columns: stdout.isTTY ? stdout.columns || USUAL_COLUMNS : undefined,
    // https://no-color.org
    hasColors: stdout.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb',
  };
}

/**
 * Ends the process without a word when nobody reads on, as in `query … | head`. That nobody hears what it says besides
 * ends nothing.
 */
export function endWithReader(process: PrintingProcess): void {
  process.stdout.on('error', (error) => {
    // `print` rejects with any other.
    if (errorCode(error) === 'EPIPE') process.exit(0);
  });
  process.stderr.on('error', () => undefined);
}
