import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { Server } from 'node:http';
import { join } from 'node:path';
import { ConfigError } from '../config/config-error.ts';

export interface EmbeddedDynamoDb {
  readonly endpoint: string;
  close(): Promise<void>;
}

/** The emulator checks no signature, but the SDK wants something to sign with. */
export const EMBEDDED_CREDENTIALS = { accessKeyId: 'embedded', secretAccessKey: 'embedded' };

/**
 * Starts a DynamoDB of our own on a free loopback port, with its data in `folder`, which another `run` must not use.
 * Its packages are loaded here only: no other command wants them in its memory.
 */
export async function startEmbeddedDynamoDb(folder: string): Promise<EmbeddedDynamoDb> {
  const path = join(folder, 'dynamodb');
  await mkdir(path, { recursive: true });
  await refuseIfInUse(path);
  const { default: dynalite } = await import('dynalite');
  const server = dynalite({ path, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the embedded DynamoDB has no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    close: () => stopListening(server),
  };
}

/**
 * Only the server is closed, not the store behind it: the emulator throws where a request under way finds its store
 * closed, and LevelDB, whose writes are in its log already, needs no farewell.
 */
function stopListening(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => Server.prototype.close.call(server, () => resolve()));
}

/** The emulator would fail at its first request, and with it the process; opening its store once tells beforehand. */
async function refuseIfInUse(path: string): Promise<void> {
  const { Level } = await import('level');
  const store = new Level(path);
  try {
    await store.open();
  } catch (error) {
    throw new ConfigError(
      `${path} is in use by another run, or cannot be opened; choose another folder with --data`,
      error,
    );
  }
  await store.close();
}
