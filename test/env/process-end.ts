import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

const POLL_MS = 20;
/** The kernel ends a killed process at once, unless it has much else to do. */
const KILLED_WITHIN_MS = 60_000;

/**
 * Ends the process `pid`: SIGTERM, and SIGKILL when it is still there after `graceMs`. Nothing happens when it is gone.
 */
export async function endProcess(pid: number, graceMs = 60_000): Promise<void> {
  if (!signal(pid, 'SIGTERM') || (await isGoneWithin(pid, graceMs))) return;
  signal(pid, 'SIGKILL');
  await isGoneWithin(pid, KILLED_WITHIN_MS);
}

async function isGoneWithin(pid: number, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  while (await isRunning(pid)) {
    if (performance.now() > deadline) return false;
    await wait(POLL_MS);
  }
  return true;
}

/**
 * A process that has ended is still listed, as a zombie, until its parent looks, and some first processes look rarely.
 */
async function isRunning(pid: number): Promise<boolean> {
  if (!signal(pid, 0)) return false;
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return !status.includes(') Z ');
}

/** False when there is no such process any more. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
