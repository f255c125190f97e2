import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { layOutSample } from '../../../src/standalone/sample/lay-out.ts';
import { keep } from '../../env/keeper.ts';
import { type TempDirectory, tempDirectory } from '../../env/temp-directory.ts';
import { startRun } from '../../support/standalone/run-process.ts';

const WRITER = join(import.meta.dirname, '../../support/standalone/writer-process.ts');
const KILLS = 100;
let folder: TempDirectory;

beforeAll(async () => {
  folder = await tempDirectory('killed');
});

afterAll(() => folder.remove());

/**
 * Writes from a number on until it is killed, after so many milliseconds of writing; gives the last that it has
 * reported.
 */
async function writeUntilKilled(data: string, from: number, afterMs: number): Promise<number> {
  const child = spawn(process.execPath, [WRITER, data, String(from)], { stdio: ['ignore', 'pipe', 'inherit'] });
  child.once('exit', keep({ kind: 'process', pid: child.pid ?? 0 }));
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  await once(child.stdout, 'data');
  setTimeout(() => child.kill('SIGKILL'), afterMs);
  await once(child, 'close');
  return Number(printed.slice(0, printed.lastIndexOf('\n')).split('\n').at(-1));
}

function keysIn(file: string): string[] {
  const database = new DatabaseSync(file);
  try {
    expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    return database
      .prepare('SELECT key FROM items ORDER BY CAST(substr(key, 10) AS INTEGER)')
      .all()
      .map(({ key }) => String(key));
  } finally {
    database.close();
  }
}

test(`nothing that was written is lost by ${KILLS} kills at any write`, async () => {
  const data = join(folder.path, 'written');
  let next = 0;
  for (let kill = 0; kill < KILLS; kill += 1) {
    const last = await writeUntilKilled(data, next, kill % 17);
    const keys = keysIn(join(data, 'index.db'));
    expect(keys).toEqual(keys.map((_, number) => `team/app-${number}`));
    expect(keys.length).toBeGreaterThan(last);
    next = keys.length;
  }
});

test('a run that is killed again and again gets to the end', async () => {
  const registry = join(folder.path, 'registry');
  await layOutSample(registry);
  const flags = ['--directory', registry, '--dynamodb', 'embedded', '--data', join(folder.path, 'run')];
  for (const until of [/creating the version table/, /search answers at/, /what is indexed so far/]) {
    const { pid } = await startRun(flags, {}, until);
    process.kill(pid, 'SIGKILL');
  }
  const run = await startRun(flags, {}, /backfill complete|nothing to backfill/);
  expect((await fetch(`${run.url}/v1/search?q=payments`)).status).toBe(200);
  expect(await run.interrupt()).toBe(0);
});
