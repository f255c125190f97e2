import { execFile } from 'node:child_process';

export interface CommandOptions {
  readonly directory?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly timeoutMs?: number;
}

const LAST_OUTPUT_BYTES = 4000;

/** Runs a command to its end and gives what it wrote to stdout. Throws with the last of its output when it fails. */
export function runCommand(
  command: string,
  args: readonly string[],
  { directory, env = {}, timeoutMs = 300_000 }: CommandOptions = {},
): Promise<string> {
  const options = {
    ...(directory === undefined ? {} : { cwd: directory }),
    env: { ...process.env, ...env },
    timeout: timeoutMs,
    maxBuffer: 64 * 1024 * 1024,
  };
  return new Promise((resolve, reject) => {
    execFile(command, [...args], options, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout);
      const output = `${stdout}${stderr}`.slice(-LAST_OUTPUT_BYTES).trim();
      const ending = error.killed ? `was not done after ${timeoutMs} ms` : `failed (${error.code ?? error.signal})`;
      reject(new Error(`"${[command, ...args].join(' ')}" ${ending}:\n${output}`, { cause: error }));
    });
  });
}
