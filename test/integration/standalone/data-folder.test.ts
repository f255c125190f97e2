import { mkdir, readdir, readFile, readlink, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { layOutSample } from '../../../src/standalone/sample/lay-out.ts';
import { runCommand } from '../../env/command.ts';
import { tempDirectory } from '../../env/temp-directory.ts';
import { eventually } from '../../support/eventually.ts';
import { canMount, smallDisk } from '../../support/small-disk.ts';
import { type RunProcess, startRun } from '../../support/standalone/run-process.ts';

let folder: Awaited<ReturnType<typeof tempDirectory>>;
let run: RunProcess | undefined;
const unmounts: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  folder = await tempDirectory('data-folder');
});

afterEach(async () => {
  await run?.interrupt();
  run = undefined;
  for (const unmount of unmounts.splice(0)) await unmount();
});

afterAll(() => folder.remove());

const sample = (data: string) => ['--sample', '--data', data];

async function mounted(name: string, kilobytes: number): Promise<string> {
  const { path, remove } = await smallDisk(join(folder.path, name), kilobytes);
  unmounts.push(remove);
  return path;
}

/**
 * What it prints when it ends with an error by itself, or all that it has printed by the time that it has filled its
 * tables.
 */
async function lastWords(data: string): Promise<string> {
  try {
    run = await startRun(sample(data), {}, /backfill complete/);
    return run.output();
  } catch (error) {
    return String(error);
  }
}

describe('a data folder', () => {
  const ended = (message: RegExp) =>
    new RegExp(`^Error: it ended with 1:\\n(?:[^\\n]*\\n)*error: ${message.source}\\n$`);

  test('that is a file, or in one, ends it with a sentence', async () => {
    const file = join(folder.path, 'file');
    await writeFile(file, '');
    for (const data of [file, join(file, 'data')])
      expect(await lastWords(data)).toMatch(
        ended(/\S+, or what it is in, is a file and no folder; choose another one with --data/),
      );
  });

  test('whose data is damaged ends it with a sentence', async () => {
    const data = join(folder.path, 'damaged');
    await mkdir(data);
    await writeFile(join(data, 'index.db'), 'x'.repeat(64 * 1024));
    expect(await lastWords(data)).toMatch(
      ended(/the data in \S+ is damaged; delete that folder and start again, [^\n]+/),
    );
  });

  test('of an older version is filled again, which is said, and a newer one is left as it is', async () => {
    const data = join(folder.path, 'versions');
    await mkdir(join(data, 'dynamodb'), { recursive: true });
    await writeFile(join(data, 'dynamodb', 'CURRENT'), 'MANIFEST-000007\n');
    const words = await lastWords(data);
    expect(words).toContain('was of an older version and is replaced: the index is filled again from the registry');
    expect(words).toContain('backfill complete');
    await run?.interrupt();
    const database = new DatabaseSync(join(data, 'index.db'));
    database.exec('PRAGMA user_version = 999');
    database.close();
    expect(await lastWords(data)).toMatch(
      ended(/\S+ was written by a newer version of this program; run that, or choose another folder with --data/),
    );
  });

  test('that another run uses ends it with a sentence, and leaves the other alone', async () => {
    const data = join(folder.path, 'shared');
    run = await startRun(sample(data), {}, /backfill complete/);
    const second = startRun(sample(data), {}, /backfill complete/);
    await expect(second).rejects.toThrow(/\nerror: \S+ is in use by another run; end that, or choose another/);
    await eventually(async () => expect((await fetch(`${run?.url}/v1/search?q=payments`)).status).toBe(200));
  });

  test('is all that a run opens: nothing but search and its metrics listens', async () => {
    run = await startRun(sample(join(folder.path, 'closed')), {}, /backfill complete/);
    const sockets = await readFile(`/proc/${run.pid}/net/tcp`, 'utf8');
    const own = await inodesOf(run.pid);
    const listening = sockets
      .split('\n')
      .filter((line) => / 0A /.test(line) && own.has(line.trim().split(/\s+/)[9] ?? ''));
    expect(listening).toHaveLength(2);
  });
});

/** The inodes of the sockets that a process holds. */
async function inodesOf(pid: number): Promise<Set<string>> {
  const files = await readdir(`/proc/${pid}/fd`);
  const links = await Promise.all(files.map((file) => readlink(`/proc/${pid}/fd/${file}`).catch(() => '')));
  return new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
}

if (canMount)
  describe('a disk that runs full', () => {
    const FULL = /\nerror: the disk of \S+ is full; make room there, or choose another folder with --data\n$/;

    test('before the sample is laid out ends it with a sentence', async () => {
      expect(await lastWords(join(await mounted('small', 1_000), 'data'))).toMatch(FULL);
    });

    test.each([0, 40, 80, 160, 320])(
      'with %i KB left for the tables ends it with a sentence, or suffices',
      async (left) => {
        const mount = await mounted('tables', 16_000);
        await layOutSample(join(mount, 'data', 'sample'));
        const { bavail, bsize } = await statfs(mount);
        await writeFile(join(mount, 'other'), Buffer.alloc(bavail * bsize - left * 1024));
        const words = await lastWords(join(mount, 'data'));
        expect(words).not.toMatch(/^ {4}at /m);
        if (!words.includes('backfill complete')) expect(words).toMatch(FULL);
      },
    );

    test('while it runs ends it, and with room again it goes on where it was', async () => {
      const mount = await mounted('filling', 16_000);
      const data = join(mount, 'data');
      run = await startRun(sample(data), {}, /backfill complete/);
      await run.interrupt();
      await runCommand('dd', ['if=/dev/zero', `of=${join(mount, 'other')}`, 'bs=1k']).catch(() => undefined);
      const words = await lastWords(data);
      expect(words).toMatch(/the disk of \S+ is full; make room there/);
      await rm(join(mount, 'other'));
      run = await startRun(sample(data), {}, /nothing to backfill/);
    });

    test('that is read-only ends it with a sentence', async () => {
      const mount = await mounted('read-only', 100);
      await runCommand('mount', ['-o', 'remount,ro', mount]);
      expect(await lastWords(join(mount, 'data'))).toMatch(
        /error: [^\n]+ (is read-only|cannot be made); choose another folder/,
      );
    });
  });
