import { type Dirent, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../../json/error-code.ts';
import { compareBytes } from '../listing/byte-order.ts';

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
 * Reading a folder at once takes a tenth of the CPU of handing it to another thread; the caller pauses in between.
 */
export function* directoryKeys(root: string, cursor: KeyCursor, parent = ''): Generator<string> {
  const link = linkOf(root, parent, cursor);
  if (link !== undefined) {
    if (wanted(link, cursor)) yield link;
    return;
  }
  for (const entry of sortedEntries(join(root, parent), parent === '')) {
    const key = parent + entry;
    if (!wanted(key, cursor)) continue;
    if (entry.endsWith('/')) yield* directoryKeys(root, cursor, key);
    else yield key;
  }
}

const TAG = /\/_manifests\/tags\/[^/]+\/$/;

/**
 * The link of a tag, if this is its folder: whether the link is there is found out without reading two folders. What
 * the tag pointed to before lies in three more for every push, and is wanted only where this tag alone is asked for.
 */
function linkOf(root: string, folder: string, { prefix }: KeyCursor): string | undefined {
  if (!TAG.test(folder) || prefix.startsWith(folder)) return undefined;
  const current = lstatSync(join(root, folder, 'current'), IF_THERE);
  const link = `${folder}current/link`;
  return current?.isDirectory() && lstatSync(join(root, link), IF_THERE)?.isFile() ? link : undefined;
}

const IF_THERE = { throwIfNoEntry: false } as const;

/**
 * Names of files, and of folders with a trailing slash: sorted this way whole keys are in byte order, because the slash
 * is part of the key.
 */
function sortedEntries(folder: string, isRoot: boolean): string[] {
  const entries = entriesOf(folder, isRoot).flatMap(entryName);
  return entries.length < 2 ? entries : entries.sort(compareBytes);
}

function entriesOf(folder: string, isRoot: boolean): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    const code = errorCode(error);
    if (isRoot || (code !== 'ENOENT' && code !== 'ENOTDIR')) throw error;
    return [];
  }
}

function entryName(entry: Dirent): string[] {
  if (entry.isDirectory()) return [`${entry.name}/`];
  return entry.isFile() || entry.isSymbolicLink() ? [entry.name] : [];
}

/**
 * What distribution keeps beside the tags of a repository: the greater part of all files. No part of this program wants
 * it, and the walk of a bucket passes over it too.
 */
const PASSED_OVER = /\/(?:_layers|_uploads|_manifests\/revisions)\/$/;

/** Whether a file, or a file in a folder, of this key may be among those asked for. */
function wanted(key: string, { prefix, after, skipPrefix }: KeyCursor): boolean {
  const folder = key.endsWith('/');
  if (folder && PASSED_OVER.test(key)) return false;
  if (skipPrefix !== undefined && key.startsWith(skipPrefix)) return false;
  if (!key.startsWith(prefix) && !(folder && prefix.startsWith(key))) return false;
  return compareBytes(key, after) > 0 || (folder && after.startsWith(key));
}
