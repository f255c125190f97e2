import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { answersHttp } from './http-probe.ts';
import { startProcess } from './process.ts';
import { pythonPackages } from './python-packages.ts';
import { tempDirectory } from './temp-directory.ts';
import { createBuckets, KEYS, REGION, type S3Server } from './versitygw.ts';

/** Volumes are files of this size; the default would fill the disk of a small machine. */
const VOLUME_MB = 64;
const PROBE_TIMEOUT_MS = 10_000;
const PORTS = ['master', 'volume', 'filer', 's3'] as const;

/** Starts SeaweedFS, master to S3 gateway in one process, with these buckets in it; it listens on loopback alone. */
export async function startSeaweedFs({ buckets }: { readonly buckets: readonly string[] }): Promise<S3Server> {
  const { directory: packages } = await pythonPackages('seaweedfs');
  const temp = await tempDirectory('seaweedfs');
  const [directory, config] = [join(temp.path, 'data'), join(temp.path, 's3.json')];
  await mkdir(directory);
  const credentials = [{ accessKey: KEYS.accessKeyId, secretKey: KEYS.secretAccessKey }];
  const actions = ['Admin', 'Read', 'Write', 'List', 'Tagging'];
  await writeFile(config, JSON.stringify({ identities: [{ name: 'test', credentials, actions }] }));
  const ports: string[] = [];
  const at = new Map<string, number>();
  for (const part of PORTS) {
    at.set(part, await freePort());
    ports.push(`-${part}.port=${at.get(part)}`, `-${part}.port.grpc=${await freePort()}`);
  }
  const endpoint = `http://127.0.0.1:${at.get('s3')}`;
  const server = await startProcess({
    name: 'seaweedfs',
    command: join(packages, 'bin', 'weed'),
    args: [
      'server',
      `-dir=${directory}`,
      '-ip=127.0.0.1',
      '-ip.bind=127.0.0.1',
      '-master.telemetry=false',
      `-master.volumeSizeLimitMB=${VOLUME_MB}`,
      '-volume.max=0',
      '-volume.preStopSeconds=0',
      '-filer',
      `-filer.localSocket=${join(temp.path, 'filer.sock')}`,
      '-s3',
      `-s3.config=${config}`,
      `-s3.localSocket=${join(temp.path, 's3.sock')}`,
      '-s3.iam=false',
      '-s3.port.iceberg=0',
      '-s3.port.lance=0',
      ...ports,
    ],
    directory: temp.path,
    env: { HOME: temp.path },
    ready: async () => (await answersHttp(endpoint)) && givesPlace(`http://127.0.0.1:${at.get('master')}`),
    graceMs: 15_000,
  });
  await createBuckets(endpoint, buckets);
  const stop = async () => {
    await server.stop();
    await temp.remove();
  };
  return { endpoint, ...KEYS, region: REGION, directory, stop };
}

/** Whether there is a volume for an object; the gateway answers before. */
async function givesPlace(master: string): Promise<boolean> {
  const response = await fetch(`${master}/dir/assign`, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
  return (await response.text()).includes('"fid"');
}
