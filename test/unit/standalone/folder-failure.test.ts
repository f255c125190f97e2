import { writeFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { folderFailure } from '../../../src/standalone/folder-failure.ts';
import '../../support/native-errors.ts';

const use = { path: '/data', option: '--data' };
const node = (code: string, words = 'any', syscall = 'write') =>
  Object.assign(new Error(`${code}: ${words}, ${syscall} '/data/x'`), { code, syscall });
/** As LevelDB tells what the system has said, on opening and on writing. */
const level = (words: string, code = 'LEVEL_IO_ERROR') => Object.assign(new Error(words), { code });
const unopened = (cause: Error) =>
  Object.assign(new Error('Database failed to open', { cause }), { code: 'LEVEL_DATABASE_NOT_OPEN' });

describe('a folder that cannot be used gives a sentence that says what to do', () => {
  test.each<[string, Error, RegExp]>([
    ['a full disk', node('ENOSPC'), /^the disk of \/data is full; make room there, or choose another .* --data$/],
    ['a full disk, by LevelDB', level('IO error: /data/3.log: No space left on device'), /disk of \/data is full/],
    ['a quota', node('EDQUOT'), /quota for \/data is used up/],
    ['a quota, by LevelDB', level('IO error: /data/3.log: Disk quota exceeded'), /quota for \/data is used up/],
    ['a read-only file system', node('EROFS'), /file system of \/data is read-only/],
    ['the same, by LevelDB', unopened(level('IO error: /data/LOCK: Read-only file system')), /is read-only/],
    ['a read-only place for a folder', node('ENOENT', 'any', 'mkdir'), /^\/data cannot be made; choose another/],
    ['a missing right', node('EACCES'), /^\/data may not be written by this user/],
    ['a missing right, by LevelDB', unopened(level('IO error: /data/LOCK: Permission denied')), /may not be written/],
    ['a right that nobody has', node('EPERM'), /may not be written/],
    ['a file in its place', node('EEXIST'), /^\/data, or what it is in, is a file and no folder/],
    ['a file above it', unopened(node('ENOTDIR')), /is a file and no folder/],
    ['too many open files', node('EMFILE'), /too many files are open; raise the limit \(ulimit -n\)/],
    ['too many, by LevelDB', level('IO error: /data/5.ldb: Too many open files'), /too many files are open/],
    ['a long name', node('ENAMETOOLONG'), /name of \/data is too long/],
    [
      'another run',
      unopened(level('IO error: lock /data/LOCK: already held', 'LEVEL_LOCKED')),
      /in use by another run/,
    ],
    ['damage', level('Corruption: bad block', 'LEVEL_CORRUPTION'), /damaged; delete that folder/],
    [
      'files that are gone',
      level('IO error: /data/7.ldb: No such file or directory'),
      /are missing; delete that folder/,
    ],
    ['a broken disk', level('IO error: /data/7.ldb: Input/output error'), /the disk of \/data fails/],
    ['what LevelDB says of no system', level('IO error: any'), /^\/data cannot be used; choose another folder/],
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
