import { access, mkdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { folderFailure } from '../folder-failure.ts';
import { type Blob, tagged } from './artefacts.ts';
import { type SampleTag, sampleTags } from './repositories.ts';

/**
 * Writes the sample registry into `folder`, unless the folder exists. Returns the folder. Rejects with a sentence if it
 * cannot be written.
 */
export async function layOutSample(folder: string): Promise<string> {
  return layOutOnce(folder).catch((error: unknown) => {
    throw folderFailure(error, { path: folder, option: '--data' }) ?? error;
  });
}

async function layOutOnce(folder: string): Promise<string> {
  const present = await access(folder).then(
    () => true,
    () => false,
  );
  if (present) return folder;
  const unfinished = `${folder}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await layOut(unfinished, sampleTags());
  await rename(unfinished, folder);
  return folder;
}

/**
 * Writes tags as the filesystem driver of distribution v2 and v3 does: blobs by digest, and in every repository links
 * to its layers, its revisions and, for each tag, to what it points to now and pointed to before.
 */
export async function layOut(folder: string, tags: readonly SampleTag[]): Promise<void> {
  const root = join(folder, 'docker', 'registry', 'v2');
  for (const { repository, tag, pushedAt, artefact } of tags) {
    const { manifests, blobs } = artefact;
    const home = join(root, 'repositories', ...repository.split('/'));
    for (const blob of [...manifests, ...blobs]) await writeBlob(root, blob);
    for (const blob of blobs) await writeLink(join(home, '_layers', digestPath(blob)), blob, pushedAt);
    for (const blob of manifests)
      await writeLink(join(home, '_manifests', 'revisions', digestPath(blob)), blob, pushedAt);
    const target = tagged(artefact);
    await writeLink(join(home, '_manifests', 'tags', tag, 'index', digestPath(target)), target, pushedAt);
    await writeLink(join(home, '_manifests', 'tags', tag, 'current'), target, pushedAt);
  }
}

async function writeBlob(root: string, { digest, bytes }: Blob): Promise<void> {
  const hex = digest.slice(digest.indexOf(':') + 1);
  await write(join(root, 'blobs', 'sha256', hex.slice(0, 2), hex, 'data'), bytes);
}

async function writeLink(folder: string, { digest }: Blob, at: Date): Promise<void> {
  const path = join(folder, 'link');
  await write(path, Buffer.from(digest));
  await utimes(path, at, at);
}

async function write(path: string, bytes: Buffer): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
}

function digestPath({ digest }: Blob): string {
  return digest.replace(':', '/');
}
