import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runCommand } from '../../env/command.ts';
import { findPython2, findPython3, type Python } from '../../env/python.ts';
import { type TempDirectory, tempDirectory } from '../../env/temp-directory.ts';

const SEARCH_BACKEND = join(import.meta.dirname, '..', '..', '..', 'search_backend');

let directory: TempDirectory;

beforeAll(async () => {
  directory = await tempDirectory('search-backend');
  await cp(SEARCH_BACKEND, join(directory.path, 'source'), { recursive: true });
});

afterAll(() => directory?.remove());

test.each<[string, () => Promise<Python>]>([
  ['2.7', findPython2],
  ['3', findPython3],
])('the search back end passes its own tests under Python %s', async (_version, find) => {
  const { command } = await find();
  const script = `
import sys, unittest
tests = unittest.defaultTestLoader.discover('tests', top_level_dir='.')
result = unittest.TextTestRunner(stream=sys.stderr, verbosity=2).run(tests)
print('%d run, %d failed' % (result.testsRun, len(result.errors) + len(result.failures) + len(result.skipped)))
sys.exit(not result.wasSuccessful())`;
  const env = { PYTHONDONTWRITEBYTECODE: '1' };
  const said = await runCommand(command, ['-c', script], { directory: SEARCH_BACKEND, env, timeoutMs: 240_000 });
  expect(said).toMatch(/^[1-9]\d* run, 0 failed$/m);
});

test('pip puts the search back end where a registry finds it under both of its names', async () => {
  const { command } = await findPython2();
  const place = join(directory.path, 'installed');
  const pip = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--target', place, join(directory.path, 'source')];
  await runCommand(command, pip, { timeoutMs: 240_000 });
  const script = `
import registry_index_search as own, docker_registry_index.dynamodb as original
print(own.Index is original.Index, own.__file__)`;
  const said = await runCommand(command, ['-c', script], { directory: directory.path, env: { PYTHONPATH: place } });
  expect(said).toContain(`(True, '${place}/registry_index_search/__init__.py`);
});
