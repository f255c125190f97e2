import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { holdName } from './held-name.ts';

/**
 * Below the ports that the kernel gives to connections and to servers that ask for any: nobody gets one of these by
 * chance.
 */
const FIRST = 12_000;
const END = 30_000;
const ATTEMPTS = 100;

/** A TCP port that nothing listens on, and that no other test gets until this process ends. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const port = randomInt(FIRST, END);
    if ((await holdName(`port-${port}`)) && (await isFree(port))) return port;
  }
  throw new Error(`No free port was found from ${FIRST} to ${END - 1}.`);
}

/** On every address of this machine. */
function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, () => server.close(() => resolve(true)));
  });
}
