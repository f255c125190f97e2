import { setTimeout as wait } from 'node:timers/promises';

const POLL_MS = 5;

/** Waits until `holds`; a test that waits in vain fails by its own time limit. */
export async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await wait(POLL_MS);
}
