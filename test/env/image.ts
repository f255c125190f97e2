import { existsSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { BUILDER_BASE, buildBuilderBase, buildNodeBase, NODE_BASE } from './base-images.ts';
import { openBuildah } from './buildah.ts';
import { cached, pruneCache } from './cache.ts';
import { runCommand } from './command.ts';
import { hasDockerEngine } from './docker-engine.ts';

export interface Image {
  /** As pods name it; nothing can be pulled under this name, so they want `imagePullPolicy: IfNotPresent`. */
  readonly name: string;
  readonly repository: string;
  readonly tag: string;
  /** A file in the format of `docker save`. */
  readonly archive: string;
}

const ROOT = resolve(import.meta.dirname, '..', '..');
const REPOSITORY = 'localhost/registry-index';
const TAG = 'test';
const NAME = `${REPOSITORY}:${TAG}`;
const SOURCES = [
  ...[
    'Dockerfile',
    '.dockerignore',
    '.npmrc',
    'LICENSE',
    'package.json',
    'package-lock.json',
    'src/**/*.*',
    'scripts/build.ts',
    'scripts/building/*',
  ],
  ...['test/env/base-images.ts', 'test/env/buildah.ts', 'test/env/image.ts'],
];
const KEPT_IMAGES = 3;

/**
 * Builds the image from the project's Dockerfile, once for the same sources: with Docker where an engine answers, else
 * with buildah.
 */
export async function buildImage(): Promise<Image> {
  const directory = await cached({
    name: 'image',
    files: await sources(),
    notice: 'building the image … (about a minute)',
    async build(target) {
      const archive = join(target, 'image.tar');
      await ((await hasDockerEngine()) ? buildWithDocker(archive) : buildWithBuildah(archive));
    },
  });
  await pruneCache('image', KEPT_IMAGES);
  return { name: NAME, repository: REPOSITORY, tag: TAG, archive: join(directory, 'image.tar') };
}

/** Everything the Dockerfile copies, and what makes the bases. */
async function sources(): Promise<string[]> {
  const found: string[] = [];
  for await (const path of glob(SOURCES, { cwd: ROOT })) found.push(join(ROOT, path));
  return found.sort();
}

async function buildWithDocker(archive: string): Promise<void> {
  await runCommand('docker', ['build', '--tag', NAME, ROOT], { timeoutMs: 15 * 60_000 });
  await runCommand('docker', ['save', '--output', archive, NAME]);
}

async function buildWithBuildah(archive: string): Promise<void> {
  const buildah = await openBuildah();
  try {
    await buildNodeBase(buildah);
    await buildBuilderBase(buildah);
    const bases = ['--build-arg', `NODE_IMAGE=${NODE_BASE}`, '--build-arg', `BUILDER_IMAGE=${BUILDER_BASE}`];
    await buildah.run('bud', '--pull-never', '--tag', NAME, ...bases, ...npmVolumes(), ROOT);
    await buildah.run('push', '--quiet', NAME, `docker-archive:${archive}:${NAME}`);
  } finally {
    await buildah.remove();
  }
}

/** npm inside the build fetches from where npm fetches on this machine, and what it has fetched before not again. */
export function npmVolumes(): string[] {
  const cache = process.env.npm_config_cache ?? join(homedir(), '.npm');
  const volumes = [`${cache}:/root/.npm`, `${join(homedir(), '.npmrc')}:/root/.npmrc:ro`];
  return volumes.filter((volume) => existsSync(volume.replace(/:.*/, ''))).flatMap((volume) => ['--volume', volume]);
}
