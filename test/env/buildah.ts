import { cp, mkdir, mkdtemp, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runCommand } from './command.ts';
import { requireParts } from './debian.ts';
import { tempDirectory } from './temp-directory.ts';

export interface Buildah {
  /** For files that go into images. */
  readonly directory: string;
  /** Runs `buildah ARGS…` on a storage of its own. */
  run(...args: readonly string[]): Promise<string>;
  remove(): Promise<void>;
}

/** An image of files of this machine and nothing else. */
export interface ScratchImage {
  readonly name: string;
  /** Path in the image → file or folder here. */
  readonly contents: ReadonlyMap<string, string>;
  /** Options of `buildah config`. */
  readonly config?: readonly string[];
}

const BUILD_TIMEOUT_MS = 15 * 60_000;

/** buildah as it works without an engine and inside containers too: plain folders as storage, chroot as isolation. */
export async function openBuildah(): Promise<Buildah> {
  await requireParts('buildah');
  const { path: directory, remove } = await tempDirectory('buildah');
  const storage = ['--root', join(directory, 'root'), '--runroot', join(directory, 'run'), '--storage-driver', 'vfs'];
  const run = (...args: readonly string[]) =>
    runCommand('buildah', [...storage, ...args], {
      env: { BUILDAH_ISOLATION: 'chroot', TMPDIR: directory },
      timeoutMs: BUILD_TIMEOUT_MS,
    });
  return { directory, run, remove };
}

/** Makes such an image in buildah's storage. */
export async function buildFromScratch(buildah: Buildah, { name, contents, config = [] }: ScratchImage): Promise<void> {
  const root = await mkdtemp(join(buildah.directory, 'rootfs-'));
  for (const [to, from] of contents) await copy(from, join(root, to));
  const container = (await buildah.run('from', 'scratch')).trim();
  await buildah.run('copy', '--quiet', container, root, '/');
  if (config.length > 0) await buildah.run('config', ...config, container);
  await buildah.run('commit', '--quiet', '--rm', container, name);
}

async function copy(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await cp(await realpath(from), to, { recursive: true });
}
