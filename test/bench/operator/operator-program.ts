import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../env/free-port.ts';
import { startProcess } from '../../env/process.ts';

export const LEASE = { namespace: 'default', name: 'registry-index' };

/** What the chart sets too. */
export const MEMORY_ENV = { MALLOC_ARENA_MAX: '1' };

/** Resident memory, MiB: now, and the most there ever was. */
export interface Memory {
  readonly nowMiB: number;
  readonly peakMiB: number;
  /** Of it, pages of files: Node's own program above all. */
  readonly filesMiB: number;
  /** Of it, V8's heap, and what of that was in use. */
  readonly heapMiB: number;
  readonly usedHeapMiB: number;
}

/** The operator as its image runs it. */
export interface OperatorProgram {
  readonly pid: number;
  readonly identity: string;
  memory(): Promise<Memory>;
  /** User and system time so far. */
  cpuSeconds(): Promise<number>;
  /** Requests to the API server so far, watches among them. */
  calls(): Promise<number>;
  stop(): Promise<void>;
}

interface Options {
  readonly program: string;
  readonly identity: string;
  readonly kubeconfigPath: string;
  readonly directory: string;
}

const TICKS_PER_SECOND = 100;
const KIB_PER_MIB = 1_024;

export async function startOperatorProgram({ program, identity, kubeconfigPath, directory }: Options) {
  const folder = join(directory, identity);
  await mkdir(folder);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const flags = {
    image: 'registry-index:bench',
    namespace: LEASE.namespace,
    lease: LEASE.name,
    identity,
    'monitoring-port': String(port),
    'ambient-credentials': 'None',
    'log-level': 'warn',
  };
  const endpoints = ['http', 'https'].map((scheme) => `--allowed-endpoint=${scheme}://127.0.0.1:*`);
  const running = await startProcess({
    name: 'operator',
    command: process.execPath,
    args: [program, 'operator', ...Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`), ...endpoints],
    directory: folder,
    env: { ...MEMORY_ENV, KUBECONFIG: kubeconfigPath, AWS_EC2_METADATA_DISABLED: 'true' },
    ready: async () => (await fetch(`${url}/readyz`)).status === 200,
    graceMs: 60_000,
  });
  const readMetrics = async () => (await fetch(`${url}/metrics`)).text();
  const proc = (file: string) => readFile(`/proc/${running.pid}/${file}`, 'utf8');
  const operator: OperatorProgram = {
    pid: running.pid,
    identity,
    async memory() {
      const status = await proc('status');
      const mebibytes = (name: string) =>
        Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]) / KIB_PER_MIB;
      const resident = { nowMiB: mebibytes('VmRSS'), peakMiB: mebibytes('VmHWM'), filesMiB: mebibytes('RssFile') };
      const metrics = await readMetrics();
      const gauge = (name: string) =>
        Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(metrics)?.[1]) / (KIB_PER_MIB * KIB_PER_MIB);
      return {
        ...resident,
        heapMiB: gauge('nodejs_heap_size_total_bytes'),
        usedHeapMiB: gauge('nodejs_heap_size_used_bytes'),
      };
    },
    async cpuSeconds() {
      const stat = await proc('stat');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
    },
    async calls() {
      const counts = (await readMetrics()).matchAll(/^rest_client_requests_total\{.*\} (\d+)$/gm);
      return [...counts].reduce((total, [, count]) => total + Number(count), 0);
    },
    stop: running.stop,
  };
  return operator;
}
