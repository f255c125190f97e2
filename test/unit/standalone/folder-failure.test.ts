import { writeFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { folderFailure } from '../../../src/standalone/folder-failure.ts';
import '../../support/native-errors.ts';

const use = { path: '/data', option: '--data' };
const node = (code: string, words = 'any', syscall = 'write') =>
  Object.assign(new Error(`${code}: ${words}, ${syscall} '/data/x'`), { code, syscall });
const sqlite = (words: string) => Object.assign(new Error(words), { code: 'ERR_SQLITE_ERROR' });

describe('a folder that cannot be used gives a sentence that says what to do', () => {
  test.each<[string, Error, RegExp]>([
    ['a full disk', node('ENOSPC'), /^the disk of \/data is full; make room there, or choose another .* --data$/],
    ['a full disk, by SQLite', sqlite('database or disk is full'), /disk of \/data is full/],
    [
      'a disk that is full at the start',
      Object.assign(sqlite('disk I/O error'), { errcode: 4_874 }),
      /disk of \/data is full/,
    ],
    ['a quota', node('EDQUOT'), /quota for \/data is used up/],
    ['a read-only file system', node('EROFS'), /file system of \/data is read-only/],
    ['a read-only place for a folder', node('ENOENT', 'any', 'mkdir'), /^\/data cannot be made; choose another/],
    ['a missing right', node('EACCES'), /^\/data may not be written by this user/],
    ['a missing right, by SQLite', sqlite('attempt to write a readonly database'), /may not be written/],
    ['a file that may not be opened', sqlite('unable to open database file'), /may not be written/],
    ['a right that nobody has', node('EPERM'), /may not be written/],
    ['a file in its place', node('EEXIST'), /^\/data, or what it is in, is a file and no folder/],
    ['a file above it', node('ENOTDIR'), /is a file and no folder/],
    ['too many open files', node('EMFILE'), /too many files are open; raise the limit \(ulimit -n\)/],
    ['a long name', node('ENAMETOOLONG'), /name of \/data is too long/],
    ['another run', sqlite('database is locked'), /in use by another run/],
    ['damage', sqlite('database disk image is malformed'), /damaged; delete that folder/],
    ['another file in its place', sqlite('file is not a database'), /damaged; delete that folder/],
    ['a broken disk', sqlite('disk I/O error'), /the disk of \/data fails/],
    ['what SQLite says of no system', sqlite('any'), /^\/data cannot be used; choose another folder/],
  ])('%s', (_, error, message) => {
    const failure = folderFailure(error, use);
    expect(failure?.message).toMatch(message);
    expect(failure?.failure).toMatchObject({ kind: 'terminal', reason: 'FolderUnusable' });
    expect(failure?.cause).toBe(error);
  });

  test('other errors are left to the caller', () => {
    expect(folderFailure(new TypeError('x is not a function'), use)).toBeUndefined();
    expect(folderFailure('text', use)).toBeUndefined();
  });

  test('a real device without room', async () => {
    const error = await writeFile('/dev/full', 'x').catch((reason: unknown) => reason);
    expect(folderFailure(error, use)?.message).toMatch(/^the disk of \/data is full/);
  });
});
