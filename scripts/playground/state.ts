import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDirectory } from '../../test/env/cache.ts';

/** The one cluster that `npm run cluster:up` leaves running. */
export interface PlaygroundState {
  /** Of the process that holds it all, and takes it all away when asked to end. */
  readonly pid: number;
  /** How to use it; undefined while it is being made. */
  readonly instructions?: string;
}

const DIRECTORY = join(cacheDirectory(), 'cluster');
const STATE_FILE = join(DIRECTORY, 'state.json');
export const LOG_FILE = join(DIRECTORY, 'log');
export const EXAMPLE_FILE = join(DIRECTORY, 'example.yaml');

/** What is running; undefined when nothing is, also after its process was killed. */
export async function readState(): Promise<PlaygroundState | undefined> {
  const text = await readFile(STATE_FILE, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const state: PlaygroundState = JSON.parse(text);
  return isRunning(state.pid) ? state : undefined;
}

export async function writeState(state: PlaygroundState): Promise<void> {
  await mkdir(DIRECTORY, { recursive: true });
  await writeFile(`${STATE_FILE}.new`, JSON.stringify(state));
  await rename(`${STATE_FILE}.new`, STATE_FILE);
}

/** An empty log to write to. */
export async function openLog() {
  await mkdir(DIRECTORY, { recursive: true });
  return open(LOG_FILE, 'w');
}

export async function removeState(): Promise<void> {
  await rm(DIRECTORY, { recursive: true, force: true });
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
