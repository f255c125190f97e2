import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { bundledPaths, readPackage } from '../../../../scripts/building/packages.ts';

const file = (inputs: Record<string, number>) => ({
  bytes: 0,
  imports: [],
  exports: [],
  inputs: Object.fromEntries(Object.entries(inputs).map(([path, bytesInOutput]) => [path, { bytesInOutput }])),
});

test('what is bundled are the packages that gave any output a byte, inner ones by themselves', () => {
  const outputs = {
    'dist/a.mjs': file({
      'src/main.ts': 10,
      'node_modules/@scope/one/lib/x.js': 1,
      'node_modules/two/index.js': 1,
      'node_modules/two/node_modules/inner/index.js': 1,
      'node_modules/left-out/index.js': 0,
    }),
    'dist/b.mjs': file({ 'node_modules/two/other.js': 1, 'node_modules/three/index.js': 1 }),
  };
  expect(bundledPaths({ inputs: {}, outputs })).toEqual([
    'node_modules/@scope/one',
    'node_modules/three',
    'node_modules/two',
    'node_modules/two/node_modules/inner',
  ]);
});

describe('what a package.json says', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'registry-index-packages-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const read = async (fields: object) => {
    await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'a', version: '1.0.0', ...fields }));
    return readPackage(folder);
  };

  test.each([
    [{ license: '(MIT OR Apache-2.0)' }, '(MIT OR Apache-2.0)'],
    [{ license: { type: 'MIT', url: 'https://example.com' } }, 'MIT'],
    [{ licenses: [{ type: 'MIT' }, { type: 'BSD' }] }, 'MIT OR BSD'],
    [{ licenses: [] }, undefined],
    [{}, undefined],
  ])('%j is licensed as %p', async (fields, license) => {
    expect((await read(fields)).license).toBe(license);
  });

  test.each([
    [{ author: 'Ann Other <ann@example.com> (https://example.com)' }, 'Ann Other'],
    [{ author: { name: 'Ann Other', email: 'ann@example.com' } }, 'Ann Other'],
    [{}, undefined],
  ])('%j is by %p', async (fields, author) => {
    expect((await read(fields)).author).toBe(author);
  });
});
