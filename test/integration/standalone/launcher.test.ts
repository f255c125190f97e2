import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freePort } from '../../env/free-port.ts';
import { type TempDirectory, tempDirectory } from '../../env/temp-directory.ts';
import { eventually, until } from '../../support/eventually.ts';

const ROOT = join(import.meta.dirname, '../../..');

let folder: TempDirectory;

beforeAll(async () => {
  folder = await tempDirectory('launcher');
});

afterAll(() => folder.remove());

async function statusOf(url: string): Promise<number | undefined> {
  return fetch(url).then(
    ({ status }) => status,
    () => undefined,
  );
}

describe.each<['npm' | 'the bootstrap', NodeJS.Signals]>([
  ['npm', 'SIGTERM'],
  ['npm', 'SIGKILL'],
  ['the bootstrap', 'SIGTERM'],
  ['the bootstrap', 'SIGKILL'],
])('what %s has started', (launcher, signal) => {
  test(`ends when that gets ${signal}`, async () => {
    const [port, monitoringPort] = [await freePort(), await freePort()];
    const flags = [
      `--data=${join(folder.path, String(port))}`,
      `--port=${port}`,
      `--monitoring-port=${monitoringPort}`,
    ];
    const [command, ...args] =
      launcher === 'npm'
        ? ['npm', 'start', '--', ...flags]
        : [process.execPath, 'scripts/bootstrap.mjs', 'src/main.ts', 'run', '--sample', ...flags];
    const child = spawn(command, args, { cwd: ROOT, stdio: 'ignore' });
    const url = `http://127.0.0.1:${port}/v1/search?q=payments`;
    await eventually(async () => expect(await statusOf(url)).toBe(200));
    child.kill(signal);
    await until(async () => (await statusOf(url)) === undefined);
  });
});
