import { setTimeout as wait } from 'node:timers/promises';

const POLL_MS = 20;

/** Ends the process `pid`: SIGTERM, and SIGKILL when it is still there after `graceMs`. Nothing happens when it is gone. */
export async function endProcess(pid: number, graceMs = 5_000): Promise<void> {
  if (!signal(pid, 'SIGTERM')) return;
  const deadline = Date.now() + graceMs;
  while (signal(pid, 0)) {
    if (Date.now() > deadline && !signal(pid, 'SIGKILL')) return;
    await wait(POLL_MS);
  }
}

/** False when there is no such process any more. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
