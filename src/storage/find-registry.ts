import { ServiceError } from '../aws/errors.ts';
import type { ObjectStorage } from './object-storage.ts';
import { createV2Keys } from './v2/keys.ts';

/** Folders to look into below the given one, level by level. */
const MAX_FOLDERS = 30;
const MAX_LEVELS = 2;

/**
 * Suggests a root directory where there is no registry at `rootDirectory`: the nearest above it, or close below;
 * undefined where there is none. At most sixty LISTs. Folders that may not be listed count as empty.
 */
export async function findRegistry(
  storage: ObjectStorage,
  rootDirectory: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  for (const folder of above(rootDirectory)) if (await isThere(storage, folder, signal)) return folder;
  let level = [rootDirectory];
  let looked = 0;
  for (let depth = 0; depth < MAX_LEVELS; depth += 1) {
    const below: string[] = [];
    for (const folder of level) below.push(...(await foldersIn(storage, folder, signal)));
    level = below.slice(0, MAX_FOLDERS - looked);
    looked += level.length;
    for (const folder of level) if (await isThere(storage, folder, signal)) return folder;
  }
  return undefined;
}

/** `a/b/c`: `a/b`, `a`, the whole store; and `b/c`, where the first is the bucket's name. */
function above(rootDirectory: string): string[] {
  if (rootDirectory === '') return [];
  const parts = rootDirectory.split('/');
  const parents = parts.map((_, at) => parts.slice(0, parts.length - at - 1).join('/'));
  return [...new Set([...parents, parts.slice(1).join('/')])];
}

async function isThere(storage: ObjectStorage, folder: string, signal: AbortSignal): Promise<boolean> {
  const prefix = createV2Keys(folder).repositories;
  const page = await storage.list({ prefix, maxKeys: 1 }, signal).catch(emptyIfDenied);
  return page.objects.length > 0;
}

async function foldersIn(storage: ObjectStorage, folder: string, signal: AbortSignal): Promise<string[]> {
  const prefix = folder === '' ? '' : `${folder}/`;
  const page = await storage.list({ prefix, delimiter: '/', maxKeys: MAX_FOLDERS }, signal).catch(emptyIfDenied);
  return page.commonPrefixes.map((name) => name.slice(0, -1));
}

function emptyIfDenied(error: unknown) {
  if (error instanceof ServiceError && error.failure.kind === 'denied') return { objects: [], commonPrefixes: [] };
  throw error;
}
