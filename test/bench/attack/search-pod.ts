import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { freePort } from '../../env/free-port.ts';
import { startProcess } from '../../env/process.ts';
import { tempDirectory } from '../../env/temp-directory.ts';
import { startLiveIndex } from '../../support/index/live-index.ts';
import { corpus } from '../search/corpus.ts';
import { fillIndex } from '../search/fill-index.ts';
import { plainClasses } from '../search/queries.ts';

/** The search service as its pod runs it, on an index in DynamoDB Local. */
export interface SearchPod extends AsyncDisposable {
  readonly url: string;
  readonly monitoringUrl: string;
  /** Megabytes (10^6 bytes) of memory that the process has now. */
  rssMb(): Promise<number>;
  /** That both of its ports have now, as the kernel counts them. */
  connections(): Promise<number>;
}

const MAIN = resolve(import.meta.dirname, '..', '..', '..', 'src', 'main.ts');
/** In a pod of 1 GiB Node gives its heap half of that. */
const POD_FLAGS: readonly string[] = ['--max-old-space-size=512'];

export async function startSearchPod(repositories: number): Promise<SearchPod> {
  await using parts = new AsyncDisposableStack();
  const live = parts.adopt(await startLiveIndex(), ({ stop }) => stop());
  await fillIndex(live, repositories);
  const { path } = parts.adopt(await tempDirectory('bench-attack'), ({ remove }) => remove());
  const [port, monitoringPort] = [await freePort(), await freePort()];
  const monitoringUrl = `http://127.0.0.1:${monitoringPort}`;
  const ports = ['--host', '127.0.0.1', '--port', String(port), '--monitoring-port', String(monitoringPort)];
  const pod = await startProcess({
    name: 'search',
    command: process.execPath,
    args: [...POD_FLAGS, MAIN, 'search', ...ports, '--drain-seconds', '0'],
    directory: path,
    env: live.env,
    ready: async () => (await fetch(`${monitoringUrl}/readyz`)).ok,
  });
  parts.defer(pod.stop);
  const owned = parts.move();
  return {
    url: `http://127.0.0.1:${port}`,
    monitoringUrl,
    rssMb: () => rssMbOf(pod.pid),
    connections: () => connectionsOf([port, monitoringPort]),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function rssMbOf(pid: number): Promise<number> {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
  return (Number(kilobytes) * 1_024) / 1e6;
}

/** Established, and closed by the other end alone. */
const HELD: readonly string[] = ['01', '08'];

/** Connections of which one of these ports is our end. */
async function connectionsOf(ports: readonly number[]): Promise<number> {
  const ends = new Set(ports.map((port) => port.toString(16).toUpperCase().padStart(4, '0')));
  const rows = (await readFile('/proc/net/tcp', 'utf8')).split('\n').slice(1);
  return rows.filter((row) => {
    const [, local = '', , state] = row.trim().split(/\s+/);
    return state !== undefined && HELD.includes(state) && ends.has(local.slice(-4));
  }).length;
}

/** What people search for, over and over. */
export function ordinaryPaths(repositories: number): string[] {
  const names = [...corpus(repositories)].map(({ name }) => name);
  const queries = plainClasses(names).flatMap((each) => each.queries.slice(0, 20));
  return queries.map((query) => `/v1/search?q=${encodeURIComponent(query)}&n=25`);
}
