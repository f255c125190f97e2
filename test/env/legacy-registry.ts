import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { stringify } from 'yaml';
import { cached } from './cache.ts';
import { runCommand } from './command.ts';
import { requireParts } from './debian.ts';
import { freePort } from './free-port.ts';
import { answersHttp } from './http-probe.ts';
import { startProcess } from './process.ts';
import { findPython2, type Python } from './python.ts';
import type { Registry } from './registry.ts';
import { tempDirectory } from './temp-directory.ts';
import type { S3Server } from './versitygw.ts';

export interface LegacyRegistryOptions {
  readonly s3: Pick<S3Server, 'endpoint' | 'region' | 'accessKeyId' | 'secretAccessKey'>;
  readonly bucket: string;
  /** The module that answers searches, as the registry is told by SEARCH_BACKEND. */
  readonly searchBackend: string;
  /** Where Python finds that module. */
  readonly pythonPath: string;
  readonly env?: NodeJS.ProcessEnv;
}

export interface LegacyRegistry extends Omit<Registry, 'collectGarbage' | 'kill'> {
  /** Of all its workers. */
  readonly logFile: string;
}

const REQUIREMENTS = join(import.meta.dirname, 'legacy', 'requirements.txt');
const INSTALL_TIMEOUT_MS = 15 * 60_000;

/** Starts docker-registry 0.9.1, the last of its kind, by its own launcher: two gevent workers on a bucket. */
export async function startLegacyRegistry(options: LegacyRegistryOptions): Promise<LegacyRegistry> {
  const { python, packages } = await legacyPackages();
  const { path: directory, remove } = await tempDirectory('docker-registry');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const configFile = join(directory, 'config.yml');
  await writeFile(configFile, stringify({ test: registryConfig(options) }));
  const server = await startProcess({
    name: 'docker-registry',
    command: python.command,
    args: ['-c', 'from docker_registry.run import run_gunicorn; run_gunicorn()'],
    directory,
    env: {
      ...pythonEnvironment(packages, options.pythonPath),
      SETTINGS_FLAVOR: 'test',
      DOCKER_REGISTRY_CONFIG: configFile,
      REGISTRY_HOST: '127.0.0.1',
      REGISTRY_PORT: String(port),
      GUNICORN_WORKERS: '2',
      ...options.env,
    },
    ready: () => answersHttp(`${url}/v1/_ping`),
    graceMs: 15_000,
  });
  const stop = async () => {
    await server.stop();
    await remove();
  };
  return { url, host: new URL(url).host, logFile: server.logFile, stop };
}

/** Python 2.7 and a folder that it takes for its user's packages, so that none of the machine's own are touched. */
export async function legacyPackages(): Promise<{ python: Python; packages: string }> {
  const python = await findPython2();
  const packages = await cached({
    name: 'docker-registry-v1',
    files: [REQUIREMENTS],
    also: [python.version, python.command],
    notice: 'installing docker-registry 0.9.1 … (about a minute the first time)',
    async build(target) {
      await requireParts('compiler');
      const args = ['install', '--user', '--no-deps', '--ignore-installed', '--no-compile', '-r', REQUIREMENTS];
      const env = { PYTHONUSERBASE: target, PIP_DISABLE_PIP_VERSION_CHECK: '1' };
      await runCommand(python.command, ['-m', 'pip', ...args], { env, timeoutMs: INSTALL_TIMEOUT_MS });
      await replaceM2Crypto(join(target, 'lib', 'python2.7', 'site-packages'));
    },
  });
  return { python, packages };
}

/** It no longer builds with today's OpenSSL, and is only used for signatures of an index that is no more. */
async function replaceM2Crypto(sitePackages: string): Promise<void> {
  const folder = join(sitePackages, 'M2Crypto');
  await mkdir(folder);
  for (const name of ['__init__', 'BIO', 'RSA']) await writeFile(join(folder, `${name}.py`), '');
}

function pythonEnvironment(packages: string, pythonPath: string): NodeJS.ProcessEnv {
  return {
    PYTHONUSERBASE: packages,
    PYTHONPATH: pythonPath,
    PYTHONDONTWRITEBYTECODE: '1',
    PATH: [join(packages, 'bin'), process.env.PATH].join(delimiter),
  };
}

/**
 * As the sample that comes with it has its S3 flavors. boto reads the region out of the host's name, so the host has
 * one of AWS' form, and the server behind it is reached as a proxy.
 */
function registryConfig({ s3, bucket, searchBackend }: LegacyRegistryOptions): object {
  const { hostname, port } = new URL(s3.endpoint);
  return {
    loglevel: 'info',
    standalone: true,
    search_backend: searchBackend,
    storage: 's3',
    storage_path: '/registry',
    s3_bucket: bucket,
    boto_bucket: bucket,
    s3_access_key: s3.accessKeyId,
    s3_secret_key: s3.secretAccessKey,
    s3_use_sigv4: true,
    s3_encrypt: false,
    s3_secure: false,
    boto_host: `s3.${s3.region}.registry.test`,
    boto_port: 80,
    boto_calling_format: 'boto.s3.connection.OrdinaryCallingFormat',
    boto_proxy: hostname,
    boto_proxy_port: Number(port),
  };
}
