import { constants, type Stats } from 'node:fs';
import { lstat, open, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { type Failure, ServiceError } from '../../aws/errors.ts';
import type { ListPage, ListRequest, ObjectStorage, StorageObject, StoredBytes } from '../object-storage.ts';
import { directoryKeys, type KeyCursor } from './directory-keys.ts';

const MAX_KEYS = 1_000;

/**
 * Reads a folder of distribution's filesystem driver, with the answers that S3 would give for the same keys, but
 * without ETags. Only keys after `startAfter` are rolled up.
 */
export function createDirectoryStorage({ path }: { readonly path: string }): ObjectStorage {
  return {
    list: (request, signal) => classified(path, () => listPage(path, request, signal)),
    get: (key, maxBytes, signal) => classified(path, () => readFile(path, key, { maxBytes, signal })),
  };
}

async function listPage(root: string, request: ListRequest, signal: AbortSignal): Promise<ListPage> {
  const { prefix, delimiter, maxKeys = MAX_KEYS } = request;
  const cursor = startOf(request);
  const objects: StorageObject[] = [];
  const commonPrefixes: string[] = [];
  let token = '';
  for await (const key of directoryKeys(root, cursor)) {
    signal.throwIfAborted();
    if (objects.length + commonPrefixes.length === maxKeys)
      return { objects, commonPrefixes, continuationToken: token };
    const commonPrefix = rollUp(key, prefix, delimiter);
    if (commonPrefix) commonPrefixes.push(commonPrefix);
    else objects.push(...(await describeFile(root, key)));
    cursor.skipPrefix = commonPrefix;
    token = tokenOf(commonPrefix, key);
  }
  return { objects, commonPrefixes, continuationToken: undefined };
}

/** A token is the last key of its page, or the last common prefix, marked as such. */
function startOf({ prefix, startAfter = '', continuationToken }: ListRequest): KeyCursor {
  if (continuationToken === undefined) return { prefix, after: startAfter, skipPrefix: undefined };
  const rest = continuationToken.slice(1);
  return { prefix, after: rest, skipPrefix: continuationToken.startsWith('p') ? rest : undefined };
}

function tokenOf(commonPrefix: string | undefined, key: string): string {
  return commonPrefix === undefined ? `k${key}` : `p${commonPrefix}`;
}

function rollUp(key: string, prefix: string, delimiter: string | undefined): string | undefined {
  if (!delimiter) return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}

/** None when the file was removed since its folder was read. A link to a file in the folder counts as that file. */
async function describeFile(root: string, key: string): Promise<StorageObject[]> {
  const own = await lstat(join(root, key)).catch(undefinedIfGone);
  if (!own?.isSymbolicLink()) return own ? [objectOf(key, own)] : [];
  const path = await pathWithin(root, key);
  const target = path === undefined ? undefined : await stat(path).catch(undefinedIfGone);
  return [target?.isFile() ? objectOf(key, target) : { ...objectOf(key, own), isLink: true }];
}

function objectOf(key: string, { size, mtimeMs }: Stats): StorageObject {
  return { key, size, etag: undefined, lastModifiedMs: Math.round(mtimeMs) };
}

/**
 * The path of a key; undefined where nothing is there, or where it is outside of the folder, by its text or by a link.
 */
async function pathWithin(root: string, key: string): Promise<string | undefined> {
  const path = await realpath(join(root, key)).catch(undefinedIfGone);
  return path?.startsWith((await realpath(root)) + sep) ? path : undefined;
}

interface ReadOptions {
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/** Without O_NONBLOCK opening a pipe would wait for a writer. */
const AT_ONCE = constants.O_RDONLY | constants.O_NONBLOCK;

/** `missing` also for what is no file, and for a key that leads out of the folder. */
async function readFile(root: string, key: string, { maxBytes, signal }: ReadOptions): Promise<StoredBytes> {
  const path = await pathWithin(root, key);
  if (path === undefined) return { kind: 'missing' };
  const file = await open(path, AT_ONCE).catch(undefinedIfGone);
  if (!file) return { kind: 'missing' };
  try {
    const stats = await file.stat();
    if (!stats.isFile()) return { kind: 'missing' };
    const { size } = stats;
    if (size > maxBytes) return { kind: 'tooLarge', size };
    return { kind: 'found', bytes: await file.readFile({ signal }) };
  } finally {
    await file.close();
  }
}

/** Nothing is there, links are circular, the name is too long to exist, or it is a socket. */
const GONE: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG', 'ENXIO']);

function undefinedIfGone(error: NodeJS.ErrnoException): undefined {
  if (GONE.has(error.code)) return undefined;
  throw error;
}

async function classified<T>(root: string, act: () => Promise<T>): Promise<T> {
  return act().catch((error: NodeJS.ErrnoException) => {
    if (error.code === undefined || error.name === 'AbortError') throw error;
    const { kind, reason, says } = FAILURES.get(error.code) ?? {
      ...UNREADABLE,
      says: `cannot be read (${error.code})`,
    };
    throw new ServiceError({ kind, reason, message: `folder ${root} ${says}` }, error);
  });
}

type Trouble = Omit<Failure, 'message'> & { readonly says: string };

const MISSING: Trouble = { kind: 'notFound', reason: 'DirectoryNotFound', says: 'does not exist' };
const DENIED: Trouble = { kind: 'denied', reason: 'AccessDenied', says: 'may not be read by this user' };
const UNREADABLE = { kind: 'terminal', reason: 'ReadFailed' } as const;
const TOO_MANY: Trouble = {
  kind: 'retryable',
  reason: 'TooManyFiles',
  says: 'cannot be read: too many files are open here; raise the limit (ulimit -n)',
};

const FAILURES: ReadonlyMap<string, Trouble> = new Map([
  ['ENOENT', MISSING],
  ['ENOTDIR', MISSING],
  ['EACCES', DENIED],
  ['EPERM', DENIED],
  ['EMFILE', TOO_MANY],
  ['ENFILE', TOO_MANY],
]);
