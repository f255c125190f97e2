import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached } from './cache.ts';
import { runCommand } from './command.ts';

/** The oldest Node that `registry-index query` runs on. */
const VERSION = '20.20.2';
const INSTALL_TIMEOUT_MS = 5 * 60_000;

/** The path of a Node 20, of the npm package `node`. */
export async function node20(): Promise<string> {
  const directory = await cached({
    name: 'node-20',
    files: [],
    also: [VERSION],
    notice: 'installing Node 20 … (about a minute the first time)',
    async build(target) {
      const manifest = { private: true, allowScripts: { node: true }, dependencies: { node: VERSION } };
      await writeFile(join(target, 'package.json'), JSON.stringify(manifest));
      const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts=false'];
      await runCommand('npm', args, { directory: target, timeoutMs: INSTALL_TIMEOUT_MS });
    },
  });
  return join(directory, 'node_modules/node/bin/node');
}
