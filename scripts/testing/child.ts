import { spawn } from 'node:child_process';

export interface ChildOptions {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  /** Besides the environment of this process. */
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Runs `command` with this process's terminal and gives its exit code, null when a signal ended it. It has a process
 * group of its own and is ended with all of it: jest's workers would go on without jest.
 */
export function runChild(
  command: string,
  args: readonly string[],
  { signal, timeoutMs, env = {} }: ChildOptions,
): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', detached: true, env: { ...process.env, ...env } });
    const end = () => endGroup(child.pid);
    const enough = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    enough.addEventListener('abort', end, { once: true });
    child.once('error', reject);
    child.once('exit', (code) => {
      enough.removeEventListener('abort', end);
      resolve(code);
    });
  });
}

function endGroup(pid: number | undefined): void {
  if (pid !== undefined) process.kill(-pid, 'SIGTERM');
}
