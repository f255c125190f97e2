import { spawn } from 'node:child_process';

export interface ChildOptions {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** Runs `command` with this process's terminal and gives its exit code, null when a signal ended it. */
export function runChild(
  command: string,
  args: readonly string[],
  { signal, timeoutMs }: ChildOptions,
): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', timeout: timeoutMs });
    const end = () => child.kill('SIGTERM');
    signal.addEventListener('abort', end, { once: true });
    child.once('error', reject);
    child.once('exit', (code) => {
      signal.removeEventListener('abort', end);
      resolve(code);
    });
  });
}
