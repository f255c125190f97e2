import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '../../env/free-port.ts';
import { keep } from '../../env/keeper.ts';

/** The program as it is built, from the start of its process on. */
export interface Program {
  readonly url: string;
  /** User and system time so far. */
  cpuSeconds(): Promise<number>;
  /** Megabytes (10^6 bytes): now, and the most there ever was. */
  memoryMb(): Promise<{ readonly now: number; readonly peak: number }>;
  /** Waits until a query finds so many repositories, and gives the seconds since the start. */
  untilFound(repositories: number, query: string): Promise<number>;
  /** Waits until it has printed this. */
  untilPrinted(text: RegExp): Promise<void>;
  stop(): Promise<void>;
}

const POLL_MS = 10;
const TICKS_PER_SECOND = 100;

export async function startProgram(file: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const [port, monitoringPort] = [await freePort(), await freePort()];
  const ports = ['--host=127.0.0.1', `--port=${port}`, `--monitoring-port=${monitoringPort}`];
  const startedAtMs = performance.now();
  const child = spawn(process.execPath, [file, ...args, ...ports], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
  });
  const pid = child.pid ?? 0;
  child.once('exit', keep({ kind: 'process', pid }));
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  const url = `http://127.0.0.1:${port}`;

  const assertRuns = () => {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}:\n${printed}`);
  };
  const program: Program = {
    url,
    async cpuSeconds() {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
    },
    async memoryMb() {
      const status = await readFile(`/proc/${pid}/status`, 'utf8');
      const megabytes = (name: string) =>
        (Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]) * 1_024) / 1e6;
      return { now: megabytes('VmRSS'), peak: megabytes('VmHWM') };
    },
    async untilFound(repositories, query) {
      while ((await foundAt(url, query)) < repositories) {
        assertRuns();
        await wait(POLL_MS);
      }
      return (performance.now() - startedAtMs) / 1_000;
    },
    async untilPrinted(text) {
      while (!text.test(printed)) {
        assertRuns();
        await wait(POLL_MS);
      }
    },
    async stop() {
      if (child.exitCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
  return program;
}

async function foundAt(url: string, query: string): Promise<number> {
  try {
    const answer = await fetch(`${url}/v1/search?q=${query}&n=1`);
    const { num_results: found = 0 }: { num_results?: number } = JSON.parse(await answer.text());
    return found;
  } catch {
    return 0;
  }
}
