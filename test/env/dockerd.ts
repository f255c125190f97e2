import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from './command.ts';
import { requireParts } from './debian.ts';
import { hasDockerEngine } from './docker-engine.ts';
import { keep } from './keeper.ts';
import { startProcess } from './process.ts';
import { tempDirectory } from './temp-directory.ts';

export interface DockerdOptions {
  /** Hosts or address ranges spoken to over plain HTTP, besides loopback. */
  readonly insecureRegistries?: readonly string[];
  /** A file of certificates that it trusts, in place of the machine's; for that it is always one of its own. */
  readonly caFile?: string;
}

export interface Dockerd {
  /** For `DOCKER_HOST`. */
  readonly host: string;
  /** What `docker search TERM` prints on this daemon; TERM begins with a registry: `127.0.0.1:5000/nginx`. */
  dockerSearch(term: string, options?: readonly string[]): Promise<string>;
  stop(): Promise<void>;
}

const SEARCH_TIMEOUT_MS = 120_000;

/**
 * Starts a Docker daemon of its own that runs no containers and touches no firewall: enough for `docker search`. Where
 * an engine answers already that one is used; it speaks plain HTTP to loopback only.
 */
export async function startDockerd(options: DockerdOptions = {}): Promise<Dockerd> {
  return options.caFile === undefined && (await hasDockerEngine()) ? presentEngine() : startOwnDaemon(options);
}

async function presentEngine(): Promise<Dockerd> {
  const host = (await runCommand('docker', ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'])).trim();
  const dockerSearch = (term: string, options: readonly string[] = []) =>
    runCommand('docker', ['search', ...options, term], { timeoutMs: SEARCH_TIMEOUT_MS });
  return { host, dockerSearch, stop: async () => undefined };
}

async function startOwnDaemon({ insecureRegistries = [], caFile }: DockerdOptions): Promise<Dockerd> {
  await requireParts('docker');
  const { path: directory, remove } = await tempDirectory('docker');
  const host = `unix://${join(directory, 'docker.sock')}`;
  const docker = (...args: readonly string[]) =>
    runCommand('docker', args, { env: { DOCKER_HOST: host, DOCKER_CONFIG: directory }, timeoutMs: SEARCH_TIMEOUT_MS });
  // It binds its data folder onto itself, and leaves that so when it is killed.
  const release = keep({ kind: 'command', argv: ['umount', join(directory, 'data')] });
  const daemon = await startProcess({
    name: 'dockerd',
    command: 'dockerd',
    args: [...(await daemonFlags(directory, host)), ...insecureRegistries.map((name) => `--insecure-registry=${name}`)],
    directory,
    env: caFile === undefined ? {} : { SSL_CERT_FILE: caFile },
    ready: async () => (await docker('version')) !== '',
  });
  return {
    host,
    dockerSearch: (term, options = []) => docker('search', ...options, term),
    async stop() {
      await daemon.stop();
      release();
      await remove();
    },
  };
}

async function daemonFlags(directory: string, host: string): Promise<string[]> {
  const configFile = join(directory, 'daemon.json');
  await writeFile(configFile, '{}');
  return [
    `--host=${host}`,
    `--config-file=${configFile}`,
    `--data-root=${join(directory, 'data')}`,
    `--exec-root=${join(directory, 'exec')}`,
    `--pidfile=${join(directory, 'docker.pid')}`,
    '--storage-driver=vfs',
    '--iptables=false',
    '--bridge=none',
  ];
}
