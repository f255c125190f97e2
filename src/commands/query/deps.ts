import { endWithReader, processTerminal, type Terminal } from '../../client/terminal.ts';

/** What the command needs of the process. */
export interface QueryDeps {
  readonly terminal: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: NodeJS.ReadableStream;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Also has the process end when nobody reads on. */
export function depsOfProcess(process: NodeJS.Process): QueryDeps {
  endWithReader(process);
  return { terminal: processTerminal(process), env: process.env, stdin: process.stdin, now: Date.now };
}
