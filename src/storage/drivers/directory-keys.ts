import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { compareBytes } from '../listing/order.ts';

/** Which keys to leave out. It may be moved forward during the walk. */
export interface KeyCursor {
  readonly prefix: string;
  /** Keys after this one. */
  after: string;
  /** Leaves out keys with this prefix. */
  skipPrefix: string | undefined;
}

/**
 * Keys of the files under `root` in the byte order of S3, read folder by folder. Symbolic links count as files and are
 * not followed, so that none leads out of the folder. A folder that is removed meanwhile counts as empty, as in S3.
 */
export async function* directoryKeys(root: string, cursor: KeyCursor, parent = ''): AsyncGenerator<string> {
  for (const entry of await sortedEntries(join(root, parent), parent === '')) {
    const key = parent + entry;
    if (!wanted(key, cursor)) continue;
    if (entry.endsWith('/')) yield* directoryKeys(root, cursor, key);
    else yield key;
  }
}

/**
 * Names of files, and of folders with a trailing slash: sorted this way whole keys are in byte order, because the slash
 * is part of the key.
 */
async function sortedEntries(folder: string, isRoot: boolean): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (isRoot || (error.code !== 'ENOENT' && error.code !== 'ENOTDIR')) throw error;
    return [];
  });
  return entries.flatMap(entryName).sort(compareBytes);
}

function entryName(entry: Dirent): string[] {
  if (entry.isDirectory()) return [`${entry.name}/`];
  return entry.isFile() || entry.isSymbolicLink() ? [entry.name] : [];
}

/** Whether a file, or a file in a folder, of this key may be among those asked for. */
function wanted(key: string, { prefix, after, skipPrefix }: KeyCursor): boolean {
  const folder = key.endsWith('/');
  if (skipPrefix !== undefined && key.startsWith(skipPrefix)) return false;
  if (!key.startsWith(prefix) && !(folder && prefix.startsWith(key))) return false;
  return compareBytes(key, after) > 0 || (folder && after.startsWith(key));
}
