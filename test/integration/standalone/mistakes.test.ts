import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { image } from '../../../src/standalone/sample/artefacts.ts';
import { layOut, layOutSample } from '../../../src/standalone/sample/lay-out.ts';
import { tempDirectory } from '../../env/temp-directory.ts';
import { type RunProcess, startRun } from '../../support/standalone/run-process.ts';

let folder: Awaited<ReturnType<typeof tempDirectory>>;
let registry: string;
let run: RunProcess | undefined;

beforeAll(async () => {
  folder = await tempDirectory('mistakes');
  registry = join(folder.path, 'a', 'registry');
  await layOutSample(registry);
});

afterEach(async () => {
  await run?.interrupt();
  run = undefined;
});

afterAll(() => folder.remove());

/** The error that a run ends with, in one line. */
async function mistake(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const data = ['--data', join(folder.path, 'data')];
  const ended = await startRun([...args, ...data], env).then(
    (started) => {
      run = started;
      return started.output();
    },
    (error: Error) => error.message,
  );
  return /\nerror: ([^\n]*)\n$/.exec(ended)?.[1] ?? ended;
}

describe('a folder that holds no registry ends it with what to write', () => {
  const inside = (...parts: string[]) => ['--directory', join(registry, ...parts)];

  test('because it does not exist, or is a file', async () => {
    expect(await mistake(inside('missing'))).toMatch(/missing does not exist; write the folder that the registry's/);
    const file = join(folder.path, 'file');
    await writeFile(file, '');
    expect(await mistake(['--directory', file])).toMatch(/file is a file; write the folder/);
    expect(await mistake(['--directory', join(file, 'x')])).toMatch(/x does not exist; write the folder/);
  });

  test('because it is inside of one, however deep', async () => {
    for (const parts of [
      ['docker'],
      ['docker', 'registry'],
      ['docker', 'registry', 'v2'],
      ['docker', 'registry', 'v2', 'repositories'],
    ])
      expect(await mistake(inside(...parts))).toBe(
        `--directory ${join(registry, ...parts)} is inside of a registry: write --directory ${registry}`,
      );
  });

  test('because one is below it', async () => {
    for (const above of [join(folder.path, 'a'), folder.path])
      expect(await mistake(['--directory', above])).toBe(
        `--directory ${above} holds no registry, but one is close to it: write --directory ${registry}`,
      );
  });

  test('because it holds other things', async () => {
    const other = join(folder.path, 'b', 'other');
    await mkdir(join(other, 'things'), { recursive: true });
    expect(await mistake(['--directory', other])).toMatch(/other holds no registry; write the folder that the/);
  });

  test('named by the configuration of the registry', async () => {
    const env = { REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY: join(registry, 'missing') };
    expect(await mistake([], env)).toMatch(/missing does not exist/);
  });
});

describe('what is printed at the end of a backfill', () => {
  const own = (name: string) => join(folder.path, 'own', name);
  const queryIn = (output: string) => /curl '(\S+)'/.exec(output)?.[1];

  /** The registry of somebody who has but this repository. */
  async function registryOf(name: string, path: string): Promise<readonly string[]> {
    const artefact = image({ platforms: ['linux/amd64'], created: new Date(0), content: name });
    await layOut(path, [{ repository: name, tag: 'latest', pushedAt: new Date(0), artefact }]);
    return ['--directory', path, '--data', join(folder.path, 'data-of', name)];
  }

  test('is said when search has all of it, with a query that finds something in this registry', async () => {
    run = await startRun(await registryOf('team/only-this', own('one')), {}, /Ctrl-C/);
    const output = run.output();
    expect(output.indexOf('backfill complete: 1 repositories')).toBeGreaterThan(0);
    expect(output.indexOf('curl')).toBeGreaterThan(output.indexOf('backfill complete'));
    const answer = await fetch(queryIn(output) ?? '');
    expect(await answer.json()).toMatchObject({ num_results: 1, results: [{ name: 'team/only-this' }] });
    expect(output).toContain(`docker search ${run.host}/team/only-this`);
  });

  test.each([
    ['a registry is empty', ['docker', 'registry', 'v2', 'repositories']],
    ['nothing was ever pushed to a registry', []],
  ])('names no query where %s', async (_, folders) => {
    const path = own(`empty-${folders.length}`);
    await mkdir(join(path, ...folders), { recursive: true });
    run = await startRun(['--directory', path, '--data', join(folder.path, `data-of-${folders.length}`)], {}, /Ctrl-C/);
    expect(run.output()).toContain('backfill complete: 0 repositories');
    expect(run.output()).toContain('there is nothing to find yet');
    expect(run.output()).not.toContain('curl');
  });

  test('counts what was skipped and says how to see all of it, which is so', async () => {
    const path = own('odd');
    const args = await registryOf('team/odd', path);
    const repositories = join(path, 'docker', 'registry', 'v2', 'repositories');
    const names = Array.from({ length: 30 }, (_, at) => `Odd-${at}`);
    for (const name of names) {
      const tag = join(repositories, name, '_manifests', 'tags', 'latest', 'current');
      await mkdir(tag, { recursive: true });
      await writeFile(join(tag, 'link'), 'no digest');
    }
    run = await startRun([...args, '--log-level', 'debug'], {}, /Ctrl-C/);
    const output = run.output();
    expect(output).toMatch(
      /backfill complete: 1 repositories.*; \d+ things were skipped, --log-level debug names all of them/,
    );
    const skipped = Number(/; (\d+) things/.exec(output)?.[1]);
    expect(output.match(/Skipped an object that cannot be used/g)).toHaveLength(skipped);
    for (const name of names) expect(output).toContain(name);
  });
});

test('an origin that no browser sends ends it with what to write', async () => {
  expect(await mistake(['--directory', registry, '--cors-origin', 'https://UI.example.com/'])).toContain(
    'which no browser sends: write https://ui.example.com',
  );
});
