/** Where a command prints. */
export interface Terminal {
  /** What was asked for, which other programs may read. */
  print(text: string): Promise<void>;
  /** Everything else, a line. */
  say(line: string): void;
  /** How wide it is; undefined where nobody looks, as in a pipe. */
  readonly columns: number | undefined;
  readonly hasColors: boolean;
}

const USUAL_COLUMNS = 80;

export function processTerminal({ stdout, stderr, env }: NodeJS.Process): Terminal {
  return {
    print: (text) =>
      new Promise((resolve, reject) => stdout.write(text, (error) => (error ? reject(error) : resolve()))),
    say: (line) => void stderr.write(`${line}\n`),
    columns: stdout.isTTY ? stdout.columns || USUAL_COLUMNS : undefined,
    // https://no-color.org
    hasColors: stdout.isTTY && !env.NO_COLOR && env.TERM !== 'dumb',
  };
}

/** Ends the process without a word when nobody reads on, as in `query … | head`. */
export function endWithReader(process: NodeJS.Process): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}
