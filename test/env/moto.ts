import { freePort } from './free-port.ts';
import { answersHttp } from './http-probe.ts';
import { startProcess } from './process.ts';
import { pythonPackages } from './python-packages.ts';
import { tempDirectory } from './temp-directory.ts';
import { createBuckets, KEYS, REGION, type S3Server } from './versitygw.ts';

export interface MotoOptions {
  readonly buckets: readonly string[];
  /** The address it listens on; loopback if left out. */
  readonly host?: string;
}

/** Starts moto's server of AWS, which keeps everything in memory, with these buckets in its S3. */
export async function startMoto({ buckets, host = '127.0.0.1' }: MotoOptions): Promise<S3Server> {
  const { command, env } = await pythonPackages('moto');
  const temp = await tempDirectory('moto');
  const port = await freePort();
  const endpoint = `http://${host}:${port}`;
  const server = await startProcess({
    name: 'moto',
    command,
    args: ['-m', 'moto.server', '-H', host, '-p', `${port}`],
    directory: temp.path,
    env,
    ready: () => answersHttp(endpoint),
    graceMs: 5_000,
  });
  await createBuckets(endpoint, buckets);
  const stop = async () => {
    await server.stop();
    await temp.remove();
  };
  return { endpoint, ...KEYS, region: REGION, directory: temp.path, stop };
}
