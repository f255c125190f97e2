import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

const POLL_MS = 250;

/**
 * Takes a name that only one process on this machine has at a time, and gives what lets go of it; undefined while
 * another has it. An abstract socket of Linux: it goes with its process, however that ends. Elsewhere names are not
 * contended for.
 */
export function holdName(name: string): Promise<(() => void) | undefined> {
  if (process.platform !== 'linux') return Promise.resolve(() => undefined);
  return new Promise((resolve, reject) => {
    const server = createServer().unref();
    server.once('error', (error) => (isTaken(error) ? resolve(undefined) : reject(error)));
    server.listen(`\0registry-index-test/${name}`, () => resolve(() => void server.close()));
  });
}

/** Does `work` while no other process does any under the same name. */
export async function alone<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  let release = await holdName(name);
  while (release === undefined) {
    await wait(POLL_MS);
    release = await holdName(name);
  }
  return work().finally(release);
}

function isTaken(error: Error): boolean {
  return 'code' in error && error.code === 'EADDRINUSE';
}
