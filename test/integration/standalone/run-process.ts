import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { freePort } from '../../env/free-port.ts';

const MAIN = resolve(import.meta.dirname, '..', '..', '..', 'src', 'main.ts');
const READY = /search answers at (\S+)/;

export interface RunProcess {
  /** Where it says that search answers. */
  readonly url: string;
  /** `address:port` of it. */
  readonly host: string;
  /** All that it has printed so far. */
  output(): string;
  /** Ctrl-C; gives the exit code. */
  interrupt(): Promise<number | null>;
}

/** Starts `registry-index run` as a person does, and waits until it says where search answers, or something else. */
export async function startRun(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  until = READY,
): Promise<RunProcess> {
  const ports = ['--port', String(await freePort()), '--monitoring-port', String(await freePort())];
  const child = spawn(process.execPath, [MAIN, 'run', ...ports, '--recheck-seconds', '1', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
  });
  let printed = '';
  const ended = once(child, 'exit');
  const url = await new Promise<string>((found, failed) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        printed += text;
        if (until.test(printed)) found(READY.exec(printed)?.[1] ?? 'http://not.yet');
      });
    }
    child.once('exit', (code) => failed(new Error(`it ended with ${code}:\n${printed}`)));
  });
  return {
    url,
    host: new URL(url).host,
    output: () => printed,
    async interrupt() {
      if (child.exitCode === null) child.kill('SIGINT');
      await ended;
      return child.exitCode;
    },
  };
}
