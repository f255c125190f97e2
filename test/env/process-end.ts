import { setTimeout as wait } from 'node:timers/promises';

const POLL_MS = 20;
/** The kernel ends a killed process at once; what is still listed then waits only for its parent to look. */
const KILLED_WITHIN_MS = 2_000;

/** Ends the process `pid`: SIGTERM, and SIGKILL when it is still there after `graceMs`. Nothing happens when it is gone. */
export async function endProcess(pid: number, graceMs = 5_000): Promise<void> {
  if (!signal(pid, 'SIGTERM') || (await isGone(pid, graceMs))) return;
  signal(pid, 'SIGKILL');
  await isGone(pid, KILLED_WITHIN_MS);
}

async function isGone(pid: number, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (signal(pid, 0)) {
    if (Date.now() > deadline) return false;
    await wait(POLL_MS);
  }
  return true;
}

/** False when there is no such process any more. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
