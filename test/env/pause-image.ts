import { join } from 'node:path';
import { buildFromScratch, openBuildah } from './buildah.ts';
import { cached } from './cache.ts';
import { requireParts } from './debian.ts';

export const PAUSE_IMAGE = 'localhost/registry-index-test/pause:1';

/** An archive with what every pod's first container runs: nothing, for ever. */
export async function buildPauseImage(): Promise<string> {
  const directory = await cached({
    name: 'pause',
    files: [import.meta.filename],
    notice: 'building the pause image …',
    build: (target) => buildInto(join(target, 'image.tar')),
  });
  return join(directory, 'image.tar');
}

async function buildInto(archive: string): Promise<void> {
  await requireParts('busybox');
  const buildah = await openBuildah();
  try {
    const config = ['--entrypoint', '["/bin/busybox","sleep","2147483647"]'];
    await buildFromScratch(buildah, {
      name: PAUSE_IMAGE,
      contents: new Map([['/bin/busybox', '/bin/busybox']]),
      config,
    });
    await buildah.run('push', '--quiet', PAUSE_IMAGE, `docker-archive:${archive}:${PAUSE_IMAGE}`);
  } finally {
    await buildah.remove();
  }
}
