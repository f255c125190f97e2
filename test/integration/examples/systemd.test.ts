import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { layOutSample } from '../../../src/standalone/sample/lay-out.ts';
import { runCommand } from '../../env/command.ts';
import { type TempDirectory, tempDirectory } from '../../env/temp-directory.ts';
import { type RunProcess, startRun } from '../../support/standalone/run-process.ts';

const FILE = join(import.meta.dirname, '../../../examples/systemd/registry-index.service');

let folder: TempDirectory;
let unit: string;
let run: RunProcess | undefined;

beforeAll(async () => {
  folder = await tempDirectory('systemd');
  unit = await readFile(FILE, 'utf8');
});

afterAll(async () => {
  await run?.interrupt();
  await folder?.remove();
});

test('the unit is one that systemd takes', async () => {
  const here = join(folder.path, 'registry-index.service');
  await writeFile(here, unit.replace('/usr/bin/node', process.execPath));
  expect(await runCommand('systemd-analyze', ['verify', '--man=no', here])).toBe('');
});

test('what the unit starts answers, with its data in the folder that systemd gives it', async () => {
  const registry = join(folder.path, 'registry');
  await layOutSample(registry);
  const [, flags = ''] = /^ExecStart=\S+ \S+\.mjs run (.*)$/m.exec(unit) ?? [];
  const here = flags
    .replace('/var/lib/registry', registry)
    .replace(/\$\{STATE_DIRECTORY\}/, join(folder.path, 'state'));
  run = await startRun(here.split(' '), {}, /backfill complete/);
  expect((await fetch(`${run.url}/v1/search?q=payments`)).status).toBe(200);
});
