import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readlinkSync,
  readSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs';
import { join, sep } from 'node:path';
import { createTurn } from '../../async/turn.ts';
import { type Failure, ServiceError } from '../../aws/errors.ts';
import { errorCode } from '../../json/error-code.ts';
import type { ListPage, ListRequest, ObjectStorage, StorageObject, StoredBytes } from '../object-storage.ts';
import { directoryKeys, type KeyCursor } from './directory-keys.ts';

const MAX_KEYS = 1_000;

/** Other work of this thread waits so long at most, milliseconds, unless the disk itself is slower. */
const TURN_MS = 5;

/**
 * Reads a folder of distribution's filesystem driver, with the answers that S3 would give for the same keys, but
 * without ETags, and without what lies beside the tags of a repository or beside the link of one. Only keys after
 * `startAfter` are rolled up. Files are read at once, because a small one costs less than a thread's change.
 */
export function createDirectoryStorage({ path }: { readonly path: string }): ObjectStorage {
  const root = createRoot(path);
  const turn = createTurn(TURN_MS);
  const pause = async (signal: AbortSignal) => {
    if (turn.isOver()) await turn.next();
    signal.throwIfAborted();
  };
  return {
    list: (request, signal) => classified(path, () => listPage(root, request, () => pause(signal))),
    get: (key, maxBytes, signal) =>
      classified(path, async () => {
        await pause(signal);
        return readFile(root, key, maxBytes);
      }),
  };
}

/** The folder itself, which may be behind a link. */
interface Root {
  readonly path: string;
  /**
   * The path of a key; undefined where nothing is there, or where it is outside of the folder, by its text or by a
   * link.
   */
  pathWithin(key: string): string | undefined;
  /** That file, opened for reading. */
  open(key: string): number | undefined;
}

/** Without O_NONBLOCK opening a pipe would wait for a writer. */
const AT_ONCE = constants.O_RDONLY | constants.O_NONBLOCK;
const NO_LINK = AT_ONCE | constants.O_NOFOLLOW;

function createRoot(path: string): Root {
  let real: string | undefined;
  /** Where the folder is, is looked up again only for a path that is not in it. */
  const isWithin = (found: string) => {
    if (real !== undefined && found.startsWith(real)) return true;
    real = realpathSync.native(path) + sep;
    return found.startsWith(real);
  };
  const pathWithin = (key: string) => {
    const found = unlessGone(() => realpathSync.native(join(path, key)));
    return found !== undefined && isWithin(found) ? found : undefined;
  };
  const openLinked = (key: string) => {
    const found = pathWithin(key);
    return found === undefined ? undefined : unlessGone(() => openSync(found, AT_ONCE));
  };
  return {
    path,
    pathWithin,
    open(key) {
      const full = join(path, key);
      const file = unlessGone(() => openSync(full, NO_LINK));
      if (file === undefined) return openLinked(key);
      if (isWithin(pathOf(file, full))) return file;
      closeSync(file);
      return undefined;
    },
  };
}

/** Linux says where an open file is, which takes a tenth of the time of looking at every folder on the way to it. */
function pathOf(file: number, path: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${file}`);
  } catch {
    return realpathSync.native(path);
  }
}

async function listPage(root: Root, request: ListRequest, pause: () => Promise<void>): Promise<ListPage> {
  const { prefix, delimiter, maxKeys = MAX_KEYS } = request;
  const cursor = startOf(request);
  const objects: StorageObject[] = [];
  const commonPrefixes: string[] = [];
  let token = '';
  for (const key of directoryKeys(root.path, cursor)) {
    await pause();
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
function describeFile(root: Root, key: string): StorageObject[] {
  const own = unlessGone(() => lstatSync(join(root.path, key)));
  if (!own?.isSymbolicLink()) return own ? [objectOf(key, own)] : [];
  const path = root.pathWithin(key);
  const target = path === undefined ? undefined : unlessGone(() => statSync(path));
  return [target?.isFile() ? objectOf(key, target) : { ...objectOf(key, own), isLink: true }];
}

function objectOf(key: string, { size, mtimeMs }: Stats): StorageObject {
  return { key, size, etag: undefined, lastModifiedMs: Math.round(mtimeMs) };
}

/** `missing` also for what is no file, and for a key that leads out of the folder. */
function readFile(root: Root, key: string, maxBytes: number): StoredBytes {
  const file = root.open(key);
  if (file === undefined) return { kind: 'missing' };
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) return { kind: 'missing' };
    const { size } = stats;
    return size > maxBytes ? { kind: 'tooLarge', size } : { kind: 'found', bytes: readBytes(file, size) };
  } finally {
    closeSync(file);
  }
}

/** Fewer where the file has been cut since. */
function readBytes(file: number, size: number): Buffer {
  const bytes = Buffer.allocUnsafe(size);
  let filled = 0;
  for (let count = -1; filled < size && count !== 0; filled += count)
    count = readSync(file, bytes, filled, size - filled, null);
  return bytes.subarray(0, filled);
}

/** Nothing is there, links are circular, the name is too long to exist, or it is a socket. */
const GONE: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG', 'ENXIO']);

function unlessGone<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (GONE.has(errorCode(error))) return undefined;
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
