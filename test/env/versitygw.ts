import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { freePort } from './free-port.ts';
import { goTool } from './go-tools.ts';
import { answersHttp } from './http-probe.ts';
import { startProcess } from './process.ts';
import { tempDirectory } from './temp-directory.ts';

export interface S3Server {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
  /** Where it keeps its data; of versitygw, buckets are folders here, and an object is a file at its key. */
  readonly directory: string;
  stop(): Promise<void>;
}

export interface VersityGwOptions {
  readonly buckets: readonly string[];
  /** The address it listens on; default loopback. */
  readonly host?: string;
  /** Where it posts what happens to objects; it does not start unless that answers. */
  readonly eventWebhook?: string;
}

export const KEYS = { accessKeyId: 'test-access-key', secretAccessKey: 'test-secret-key' };
export const REGION = 'eu-west-1';

/** Starts a real S3 server on a folder, with these buckets in it. */
export async function startVersityGw({
  buckets,
  host = '127.0.0.1',
  eventWebhook,
}: VersityGwOptions): Promise<S3Server> {
  const command = await goTool('versitygw');
  const temp = await tempDirectory('s3');
  const directory = join(temp.path, 'buckets');
  await mkdir(directory);
  const address = `${host}:${await freePort()}`;
  const endpoint = `http://${address}`;
  const events = eventWebhook === undefined ? [] : ['--event-webhook-url', eventWebhook];
  const server = await startProcess({
    name: 'versitygw',
    command,
    args: ['--keep-alive', '--port', address, '--region', REGION, '--quiet', ...events, 'posix', directory],
    directory: temp.path,
    env: { ROOT_ACCESS_KEY: KEYS.accessKeyId, ROOT_SECRET_KEY: KEYS.secretAccessKey },
    ready: () => answersHttp(endpoint),
  });
  await createBuckets(endpoint, buckets);
  const stop = async () => {
    await server.stop();
    await temp.remove();
  };
  return { endpoint, ...KEYS, region: REGION, directory, stop };
}

export async function createBuckets(endpoint: string, buckets: readonly string[]): Promise<void> {
  const client = new S3Client({ endpoint, region: REGION, credentials: KEYS, forcePathStyle: true });
  for (const Bucket of buckets) await client.send(new CreateBucketCommand({ Bucket }));
  client.destroy();
}
