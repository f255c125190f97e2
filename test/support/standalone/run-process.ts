import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { freePort } from '../../env/free-port.ts';
import { keep } from '../../env/keeper.ts';
import { eventually } from '../eventually.ts';

const MAIN = resolve(import.meta.dirname, '..', '..', '..', 'src', 'main.ts');
const READY = /search answers at (\S+)/;

export interface RunProcess {
  readonly pid: number;
  /** Where it says that search answers. */
  readonly url: string;
  /** `address:port` of it. */
  readonly host: string;
  /** All that it has printed so far. */
  output(): string;
  /** Ctrl-C; gives the exit code. */
  interrupt(): Promise<number | null>;
}

/**
 * Starts `registry-index run` as a person does, and waits until it says where search answers, or something else.
 * `launcher` is a command line that runs another, such as `unshare --net`.
 */
export async function startRun(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  until = READY,
  launcher: readonly string[] = [],
): Promise<RunProcess> {
  const ports = ['--port', String(await freePort()), '--monitoring-port', String(await freePort())];
  const run = [process.execPath, MAIN, 'run', ...ports, '--recheck-seconds', '1', ...args];
  const [command = '', ...rest] = [...launcher, ...run];
  const child = spawn(command, rest, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
  });
  const { pid } = child;
  if (pid !== undefined) child.once('exit', keep({ kind: 'process', pid }));
  const { printed, hasEnded, ended } = transcriptOf(child);
  await eventually(async () => {
    if (!hasEnded() && !until.test(printed())) throw new Error(`it has not printed ${until}, but:\n${printed()}`);
  });
  if (hasEnded()) throw new Error(`it ended with ${child.exitCode}:\n${printed()}`);
  const url = READY.exec(printed())?.[1] ?? 'http://not.yet';
  return {
    pid: pid ?? 0,
    url,
    host: new URL(url).host,
    output: printed,
    async interrupt() {
      if (!hasEnded()) child.kill('SIGINT');
      await ended;
      return child.exitCode;
    },
  };
}

/** All that a process prints; it has ended only when nothing of that is still to come. */
function transcriptOf(child: ChildProcessByStdio<null, Readable, Readable>) {
  let text = '';
  let isOver = false;
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (more: string) => {
      text += more;
    });
  const ended = once(child, 'close').then(() => {
    isOver = true;
  });
  return { printed: () => text, hasEnded: () => isOver, ended };
}
