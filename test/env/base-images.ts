import { existsSync } from 'node:fs';
import { realpath, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { nodeLicenseFile } from '../../scripts/building/licenses.ts';
import { type Buildah, buildFromScratch } from './buildah.ts';
import { runCommand } from './command.ts';
import { requireParts } from './debian.ts';

export const NODE_BASE = 'localhost/registry-index-test/node:24';
export const BUILDER_BASE = 'localhost/registry-index-test/builder:24';

const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

/**
 * Stands in for distroless' Node image where none can be pulled: the same program at the same place, on this machine's
 * C library.
 */
export async function buildNodeBase(buildah: Buildah): Promise<void> {
  const contents = new Map([['/nodejs/bin/node', process.execPath], ...(await runtimeFiles())]);
  await buildFromScratch(buildah, { name: NODE_BASE, contents, config: ['--user', '65532:65532'] });
}

/** Stands in for `node:24-bookworm-slim`: Node, npm, a shell, and the certificates this machine trusts. */
export async function buildBuilderBase(buildah: Buildah): Promise<void> {
  await requireParts('busybox');
  const contents = new Map([
    ['/bin/sh', '/bin/busybox'],
    ['/usr/local/bin/node', process.execPath],
    ['/usr/local/LICENSE', nodeLicenseFile()],
    ['/usr/local/lib/node_modules/npm', await npmDirectory()],
    ['/usr/local/bin/npm', await npmCommand(buildah.directory)],
    ...(await runtimeFiles()),
  ]);
  const variables = ['PATH=/usr/local/bin:/bin', `NODE_EXTRA_CA_CERTS=${CERTIFICATES}`];
  const config = variables.flatMap((variable) => ['--env', variable]);
  await buildFromScratch(buildah, { name: BUILDER_BASE, contents, config });
}

/** The libraries Node is linked with, the loader among them, and the certificates. */
async function runtimeFiles(): Promise<[to: string, from: string][]> {
  const linked = await runCommand('ldd', [process.execPath]);
  const libraries = [...linked.matchAll(/(\/\S+) \(0x/g)].map(([, path = '']): [string, string] => [path, path]);
  return existsSync(CERTIFICATES) ? [...libraries, [CERTIFICATES, CERTIFICATES]] : libraries;
}

/** npm's own folder, found from the command, which is a link into it. */
async function npmDirectory(): Promise<string> {
  const command = (await runCommand('sh', ['-c', 'command -v npm'])).trim();
  return resolve(dirname(await realpath(command)), '..');
}

async function npmCommand(directory: string): Promise<string> {
  const file = join(directory, 'npm');
  const script = '#!/bin/sh\nexec node /usr/local/lib/node_modules/npm/bin/npm-cli.js "$@"\n';
  await writeFile(file, script, { mode: 0o755 });
  return file;
}
