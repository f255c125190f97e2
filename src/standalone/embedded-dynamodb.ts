import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '../config/config-error.ts';

export interface EmbeddedDynamoDb {
  readonly endpoint: string;
  close(): Promise<void>;
}

/** The emulator checks no signature, but the SDK wants something to sign with. */
export const EMBEDDED_CREDENTIALS = { accessKeyId: 'embedded', secretAccessKey: 'embedded' };

/** Starts a DynamoDB of our own on a free loopback port, with its data in `folder`, which another `run` must not use. */
export async function startEmbeddedDynamoDb(folder: string): Promise<EmbeddedDynamoDb> {
  const { default: dynalite } = await import('dynalite').catch((error: unknown) => {
    throw new ConfigError(
      'the embedded DynamoDB is not part of this build; set dynamodb.endpoint or AWS credentials',
      error,
    );
  });
  const path = join(folder, 'dynamodb');
  await mkdir(path, { recursive: true });
  const server = dynalite({ path, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the embedded DynamoDB has no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    close: () => {
      server.closeIdleConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
