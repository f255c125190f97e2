import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { keep } from './keeper.ts';
import { endProcess } from './process-end.ts';

export interface ProcessOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Where its log goes, as `<name>.log`. */
  readonly directory: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Resolves to true once the process answers; a rejection counts as "not yet", and is told when time is up. */
  ready(): Promise<boolean>;
  /** How long it may take to end by itself when asked to. */
  readonly graceMs?: number;
}

export interface RunningProcess {
  readonly pid: number;
  readonly logFile: string;
  /** Ends it and waits until it is gone; harmless when repeated. */
  stop(): Promise<void>;
}

const POLL_MS = 50;
/** A loaded machine may take minutes for what takes a second. */
const READY_WITHIN_MS = 180_000;
const LAST_LINES = 15;

/** Starts a child and waits until it is ready. Throws with its last log lines when it dies first or takes too long. */
export async function startProcess(options: ProcessOptions): Promise<RunningProcess> {
  const logFile = join(options.directory, `${options.name}.log`);
  const child = launch(options, logFile);
  const { pid } = child;
  if (pid === undefined) throw await launchError(options, child);
  const release = keep({ kind: 'process', pid });
  child.once('exit', release);
  const stop = () => endProcess(pid, options.graceMs);
  try {
    await waitUntilReady(options, child);
  } catch (error) {
    await stop();
    throw await withLog(error, logFile);
  }
  return { pid, logFile, stop };
}

/** In a process group of its own, so that a Ctrl-C reaches the tests alone and they end it in order. */
function launch({ command, args, directory, env }: ProcessOptions, logFile: string): ChildProcess {
  const log = openSync(logFile, 'a');
  const child = spawn(command, args, {
    cwd: directory,
    detached: true,
    stdio: ['ignore', log, log],
    env: { ...process.env, ...env },
  });
  child.unref();
  closeSync(log);
  return child;
}

function launchError({ name, command }: ProcessOptions, child: ChildProcess): Promise<Error> {
  return new Promise((resolve) => {
    child.once('error', (cause) => resolve(new Error(`${name} could not be started as ${command}`, { cause })));
  });
}

async function waitUntilReady({ name, ready }: ProcessOptions, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const answer: unknown = await ready().catch((error) => error);
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`${name} ended before it was ready (${child.exitCode ?? child.signalCode})`);
    }
    if (answer === true) return;
    if (performance.now() > deadline) throw new Error(`${name} was not ready after ${READY_WITHIN_MS} ms (${answer})`);
    await wait(POLL_MS);
  }
}

async function withLog(error: unknown, logFile: string): Promise<Error> {
  const log = await readFile(logFile, 'utf8').catch(() => '');
  const lines = log.trimEnd().split('\n').slice(-LAST_LINES).join('\n');
  return new Error(`${error instanceof Error ? error.message : String(error)}; its last words:\n${lines}`);
}
