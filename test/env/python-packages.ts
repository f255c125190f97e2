import { join } from 'node:path';
import { cached } from './cache.ts';
import { runCommand } from './command.ts';
import { requireParts } from './debian.ts';
import { findPython3 } from './python.ts';

/** Packages of Python 3 that were installed, without touching any of the machine's own. */
export interface PythonPackages {
  /** The Python that they are for. */
  readonly command: string;
  readonly directory: string;
  /** With which that Python finds them. */
  readonly env: NodeJS.ProcessEnv;
}

const INSTALL_TIMEOUT_MS = 15 * 60_000;

/** What `python/<name>.txt` pins, installed once into the cache. */
export async function pythonPackages(name: 'moto' | 'schemathesis' | 'seaweedfs' | 'traefik'): Promise<PythonPackages> {
  const requirements = join(import.meta.dirname, 'python', `${name}.txt`);
  const { command, version } = await findPython3();
  const directory = await cached({
    name,
    files: [requirements],
    also: [version],
    notice: `installing ${name} … (about a minute the first time)`,
    async build(target) {
      await requireParts('pip');
      const args = ['install', `--target=${target}`, '--no-deps', '--no-compile', '-r', requirements];
      const env = { PIP_DISABLE_PIP_VERSION_CHECK: '1', PIP_ROOT_USER_ACTION: 'ignore' };
      await runCommand(command, ['-m', 'pip', ...args], { env, timeoutMs: INSTALL_TIMEOUT_MS });
    },
  });
  return { command, directory, env: { PYTHONPATH: directory, PYTHONDONTWRITEBYTECODE: '1' } };
}
