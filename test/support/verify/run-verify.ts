import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const MAIN = join(import.meta.dirname, '../../../src/main.ts');

export interface VerifyResult {
  readonly exitCode: number | null;
  readonly output: string;
  readonly errors: string;
}

/** `registry-index verify` as a person runs it; looks twice without a pause unless the arguments say otherwise. */
export async function runVerify(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  launcher: readonly string[] = [],
): Promise<VerifyResult> {
  const [command = '', ...rest] = [...launcher, process.execPath, MAIN, 'verify', '--settle-seconds', '0', ...args];
  const child = spawn(command, rest, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
  });
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { exitCode: child.exitCode, output, errors };
}
