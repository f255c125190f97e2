import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs';
import { join, sep } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { type Failure, ServiceError } from '../../aws/errors.ts';
import type { ListPage, ListRequest, ObjectStorage, StorageObject, StoredBytes } from '../object-storage.ts';
import { codeOf, directoryKeys, type KeyCursor } from './directory-keys.ts';

const MAX_KEYS = 1_000;

/** Other work of this thread waits so long at most, milliseconds, unless the disk itself is slower. */
const PAUSE_EVERY_MS = 5;

/**
 * Reads a folder of distribution's filesystem driver, with the answers that S3 would give for the same keys, but
 * without ETags, and without what lies beside the tags of a repository. Only keys after `startAfter` are rolled up.
 * Files are read at once, because a small one costs less than a thread's change.
 */
export function createDirectoryStorage({ path }: { readonly path: string }): ObjectStorage {
  return {
    list: (request, signal) => classified(path, () => listPage(path, request, signal)),
    get: (key, maxBytes, signal) =>
      classified(path, async () => {
        await setImmediate();
        signal.throwIfAborted();
        return readFile(path, key, maxBytes);
      }),
  };
}

async function listPage(root: string, request: ListRequest, signal: AbortSignal): Promise<ListPage> {
  const { prefix, delimiter, maxKeys = MAX_KEYS } = request;
  const cursor = startOf(request);
  const objects: StorageObject[] = [];
  const commonPrefixes: string[] = [];
  let token = '';
  let pausedAtMs = performance.now();
  for (const key of directoryKeys(root, cursor)) {
    if (performance.now() - pausedAtMs > PAUSE_EVERY_MS) {
      await setImmediate();
      signal.throwIfAborted();
      pausedAtMs = performance.now();
    }
    if (objects.length + commonPrefixes.length === maxKeys)
      return { objects, commonPrefixes, continuationToken: token };
    const commonPrefix = rollUp(key, prefix, delimiter);
    if (commonPrefix) commonPrefixes.push(commonPrefix);
    else objects.push(...describeFile(root, key));
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
function describeFile(root: string, key: string): StorageObject[] {
  const own = unlessGone(() => lstatSync(join(root, key)));
  if (!own?.isSymbolicLink()) return own ? [objectOf(key, own)] : [];
  const path = pathWithin(root, key);
  const target = path === undefined ? undefined : unlessGone(() => statSync(path));
  return [target?.isFile() ? objectOf(key, target) : { ...objectOf(key, own), isLink: true }];
}

function objectOf(key: string, { size, mtimeMs }: Stats): StorageObject {
  return { key, size, etag: undefined, lastModifiedMs: Math.round(mtimeMs) };
}

/**
 * The path of a key; undefined where nothing is there, or where it is outside of the folder, by its text or by a link.
 */
function pathWithin(root: string, key: string): string | undefined {
  const path = unlessGone(() => realpathSync.native(join(root, key)));
  return path?.startsWith(realpathSync.native(root) + sep) ? path : undefined;
}

/** Without O_NONBLOCK opening a pipe would wait for a writer. */
const AT_ONCE = constants.O_RDONLY | constants.O_NONBLOCK;

/** `missing` also for what is no file, and for a key that leads out of the folder. */
function readFile(root: string, key: string, maxBytes: number): StoredBytes {
  const path = pathWithin(root, key);
  const file = path === undefined ? undefined : unlessGone(() => openSync(path, AT_ONCE));
  if (file === undefined) return { kind: 'missing' };
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) return { kind: 'missing' };
    const { size } = stats;
    return size > maxBytes ? { kind: 'tooLarge', size } : { kind: 'found', bytes: readFileSync(file) };
  } finally {
    closeSync(file);
  }
}

/** Nothing is there, links are circular, the name is too long to exist, or it is a socket. */
const GONE: ReadonlySet<unknown> = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG', 'ENXIO']);

function unlessGone<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (GONE.has(codeOf(error))) return undefined;
    throw error;
  }
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
