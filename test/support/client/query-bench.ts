import { Readable } from 'node:stream';
import { explainFailure } from '../../../src/commands/explain-failure.ts';
import { queryCommand } from '../../../src/commands/query/query.ts';

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Of a terminal; a pipe when left out. */
  readonly columns?: number;
  readonly hasColors?: boolean;
  readonly nowMs?: number;
}

/** What one run of the command leaves. */
export interface Run {
  readonly out: string;
  readonly err: string;
  readonly code: number;
}

/** No login of the machine, and no helper, is found by these. */
export const NO_LOGINS = { XDG_RUNTIME_DIR: '/nowhere', XDG_CONFIG_HOME: '/nowhere', DOCKER_CONFIG: '/nowhere' };

/** Runs `registry-index query` in this process. */
export async function runQuery(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const { env = {}, stdin = '', columns, hasColors = false, nowMs = Date.now() } = options;
  const [out, err]: [string[], string[]] = [[], []];
  const command = queryCommand({
    terminal: {
      print: async (text) => void out.push(text),
      say: (line) => void err.push(`${line}\n`),
      columns,
      hasColors,
    },
    env: { ...NO_LOGINS, ...env },
    stdin: Readable.from([stdin]),
    now: () => nowMs,
  });
  const output = { writeOut: (text: string) => void out.push(text), writeErr: (text: string) => void err.push(text) };
  for (const each of [command, ...command.commands]) each.exitOverride().configureOutput(output);
  const failure = await command.parseAsync([...args], { from: 'user' }).then(
    () => undefined,
    (error: unknown) => error,
  );
  const code = failure === undefined ? 0 : explainFailure(failure, (line) => err.push(`${line}\n`));
  return { out: out.join(''), err: err.join(''), code };
}
