import { ServiceError } from '../aws/errors.ts';
import { errorCode } from '../json/error-code.ts';

export interface FolderUse {
  readonly path: string;
  /** The option that names it. */
  readonly option: string;
}

/** Why a folder cannot be used, and what to do: by the code of Node's errors, or by SQLite's words. */
const FAILURES: readonly (readonly [RegExp, (use: FolderUse) => string])[] = [
  [
    /database is locked/,
    ({ path, option }) => `${path} is in use by another run; end that, or choose another folder with ${option}`,
  ],
  [
    /ENOSPC|No space left|database or disk is full|SQLITE_IOERR_SHMSIZE/i,
    ({ path, option }) => `the disk of ${path} is full; make room there, or choose another folder with ${option}`,
  ],
  [
    /EDQUOT|quota exceeded/i,
    ({ path, option }) => `the quota for ${path} is used up; make room there, or choose another folder with ${option}`,
  ],
  [
    /EROFS|Read-only file system/i,
    ({ path, option }) => `the file system of ${path} is read-only; choose another folder with ${option}`,
  ],
  [
    /EACCES|EPERM|Permission denied|not permitted|readonly database|unable to open database/i,
    ({ path, option }) =>
      `${path} may not be written by this user; grant that, or choose another folder with ${option}`,
  ],
  [
    /ENOTDIR|EEXIST|Not a directory/i,
    ({ path, option }) => `${path}, or what it is in, is a file and no folder; choose another one with ${option}`,
  ],
  [
    /EMFILE|ENFILE|Too many open files/i,
    ({ path }) => `${path} cannot be used: too many files are open; raise the limit (ulimit -n), and start again`,
  ],
  [
    /ENAMETOOLONG|File name too long/i,
    ({ path, option }) => `the name of ${path} is too long; choose another folder with ${option}`,
  ],
  [
    /malformed|not a database/,
    ({ path }) => `the data in ${path} is damaged; delete that folder and start again, it is made again`,
  ],
  // Node also gives this for a read-only file system.
  [/ENOENT.*, mkdir/s, ({ path, option }) => `${path} cannot be made; choose another folder with ${option}`],
  [
    /ENOENT|No such file/i,
    ({ path }) => `files in ${path} are missing; delete that folder and start again, it is made again`,
  ],
  [
    /EIO|Input\/output error|disk I\/O error/i,
    ({ path, option }) => `the disk of ${path} fails; choose another folder with ${option}`,
  ],
];

/** There is no room for the index of SQLite's log: https://www.sqlite.org/rescode.html#ioerr_shmsize */
const SHM_SIZE = 4_874;

/** The error as a sentence that says what to do; undefined for an error that has nothing to do with the folder. */
export function folderFailure(error: unknown, use: FolderUse): ServiceError | undefined {
  if (error instanceof ServiceError) return undefined;
  const words = wordsOf(error);
  const say = FAILURES.find(([pattern]) => pattern.test(words))?.[1];
  if (!say && !/ERR_SQLITE/.test(words)) return undefined;
  return folderUnusable(say?.(use) ?? `${use.path} cannot be used; choose another folder with ${use.option}`, error);
}

/** A failure of a folder in our own words. */
export function folderUnusable(message: string, cause?: unknown): ServiceError {
  return new ServiceError({ kind: 'terminal', reason: 'FolderUnusable', message }, cause);
}

/** Codes and messages of an error and its causes, the innermost first, because it is the most precise. */
function wordsOf(error: unknown, depth = 0): string {
  if (!(error instanceof Error) || depth > 4) return '';
  const code = errorCode(error) ?? '';
  const isShmSize = 'errcode' in error && error.errcode === SHM_SIZE;
  return `${wordsOf(error.cause, depth + 1)} ${code} ${isShmSize ? 'SQLITE_IOERR_SHMSIZE' : ''} ${error.message}`;
}
