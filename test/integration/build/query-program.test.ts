import { execFile, spawn } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { buildQueryProgram } from '../../../scripts/building/query-program.ts';
import { runCommand } from '../../env/command.ts';
import { requireParts } from '../../env/debian.ts';
import { node20 } from '../../env/node-20.ts';
import { type TempDirectory, tempDirectory } from '../../env/temp-directory.ts';
import { NO_LOGINS } from '../../support/client/query-bench.ts';
import { eventually } from '../../support/eventually.ts';
import { portOf } from '../../support/network/listen.ts';
import { searchRecord } from '../../support/search/search-records.ts';
import { createServerBench } from '../../support/search/search-server.ts';

const DIGEST = `sha256:${'e'.repeat(64)}`;
const MANY = Array.from({ length: 1_200 }, (_, i) => searchRecord(`many/n${i}`));
const { app } = createServerBench([
  searchRecord('payments/api', {
    summary: 'Takes payments',
    tags: [
      { name: '1.10', digest: DIGEST, pushedAtMs: 2_000, platforms: ['linux/amd64'] },
      { name: '1.9', digest: `sha256:${'9'.repeat(64)}`, pushedAtMs: 1_000, platforms: ['linux/amd64'] },
    ],
  }),
  searchRecord('payments/worker'),
  ...MANY,
]);

let temp: TempDirectory;
let node: string;
let host: string;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  temp = await tempDirectory('query-program');
  node = await node20();
  await app.listen({ host: '127.0.0.1', port: 0 });
  host = `localhost:${portOf(app.server)}`;
  const bin = join(temp.path, 'bin');
  await mkdir(bin);
  await buildQueryProgram(join(bin, 'registry-index-query'));
  await runCommand('mv', [join(bin, 'registry-index-query'), join(bin, 'query.mjs')]);
  const script = (args: string) => `#!/bin/sh\n${args}\nexec ${node} ${join(bin, 'query.mjs')} "$@"\n`;
  await writeFile(join(bin, 'registry-index-query'), script(''));
  await writeFile(join(bin, 'registry-index'), script('[ "$1" = query ] && shift'));
  for (const name of ['registry-index-query', 'registry-index']) await chmod(join(bin, name), 0o755);
  env = { ...process.env, ...NO_LOGINS, HOME: temp.path, PATH: `${bin}:${process.env.PATH}`, TERM: 'xterm' };
});

afterAll(async () => {
  await app.close();
  await temp.remove();
});

function shell(command: string): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile('bash', ['-o', 'pipefail', '-c', command], { env, timeout: 60_000 }, (error, out, err) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }),
    );
  });
}

describe('query as one file, on Node 20', () => {
  test('runs there', async () => {
    expect(await runCommand(node, ['--version'])).toMatch(/^v20\./);
    expect((await shell('registry-index-query --version')).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test('searches, and prints every form', async () => {
    expect((await shell(`registry-index query ${host}/payments -o name`)).out.split('\n').sort()).toEqual([
      '',
      `${host}/payments/api`,
      `${host}/payments/worker`,
    ]);
    for (const form of ['table', 'wide', 'json', 'yaml', 'csv']) {
      const { code, out } = await shell(`registry-index-query ${host}/takes -o ${form}`);
      expect([code, out]).toEqual([0, expect.stringContaining('payments/api')]);
    }
  });

  test('lists tags by version, and who has a digest', async () => {
    expect((await shell(`registry-index-query tags ${host}/payments/api --sort version -o name`)).out).toBe(
      `${host}/payments/api:1.9\n${host}/payments/api:1.10\n`,
    );
    expect((await shell(`registry-index-query digest ${host}/${DIGEST} -o name`)).out).toBe(
      `${host}/payments/api@${DIGEST}\n`,
    );
    expect((await shell(`registry-index-query digest ${host}/sha256:eeeeeeee -o name`)).out).toBe(
      `${host}/payments/api:1.10\n`,
    );
    const missing = await shell(
      `registry-index-query tags ${host}/payments/nope; registry-index-query digest ${host}/sha256:00000000`,
    );
    expect(missing).toMatchObject({ code: 0, err: expect.stringContaining('0 of 0') });
  });

  test('prints all there is, and ends quietly when nobody reads on', async () => {
    const all = await shell(`registry-index-query ${host}/ns:many -n 0 -o name`);
    expect(new Set(all.out.trim().split('\n')).size).toBe(MANY.length);
    expect(all.err).toBe(`${MANY.length} of ${MANY.length}\n`);
    const head = await shell(`registry-index-query ${host}/ns:many -q -n 0 -o name | head -2`);
    expect([head.out.split('\n').length, head.err, head.code]).toEqual([3, '', 0]);
  });

  test('points at a mistake by the place in the query, with exit status 2', async () => {
    const { code, err } = await shell(`registry-index-query ${host}/'payments arhc:arm64'`);
    expect([code, err]).toEqual([2, expect.stringContaining('\n  payments arhc:arm64\n           ^\n')]);
  });

  test('is cut to the width of a terminal, and coloured there', async () => {
    const seen = await typed('bash', `stty cols 60; registry-index-query ${host}/takes -q\r`, 'Takes');
    expect(seen).toContain('\u001b[1mpayments/api');
  });
});

/** What an interactive shell shows after these keys; ends when `wanted` is there. */
async function typed(name: 'bash' | 'zsh' | 'fish', keys: string, wanted: string): Promise<string> {
  await requireParts(name, 'script');
  const start = { bash: 'bash --norc --noprofile -i', zsh: 'zsh -f -i', fish: 'fish --no-config -i' }[name];
  const child = spawn('script', ['-qefc', start, '/dev/null'], { env: { ...env, PS1: '> ' } });
  const bytes: Buffer[] = [];
  child.stdout.on('data', (data) => bytes.push(data));
  const seen = () => `${Buffer.concat(bytes)}`;
  try {
    await wait(500);
    for (const line of keys.split(/(?<=\r)/)) {
      child.stdin.write(line);
      await wait(300);
    }
    await eventually(async () => expect(seen().replaceAll(DRAWING, '')).toContain(wanted));
    return seen();
  } finally {
    child.kill('SIGKILL');
  }
}

/** What moves and colours, and the blanks that shells draw to wipe a line. */
const DRAWING = /\p{Cc}\[[0-9;?]*[A-Za-z]|\p{Cc}/gu;

describe('completion in a real shell', () => {
  const LOAD = {
    bash: 'source <(registry-index query completion bash)\r',
    zsh: 'autoload -U compinit; compinit -u -D\rsource <(registry-index query completion zsh)\r',
    fish: 'registry-index query completion fish | source\r',
  } as const;

  describe.each(['bash', 'zsh', 'fish'] as const)('%s', (name) => {
    test.each([
      ['registry-index query HOST/payments/a\t', 'registry-index query HOST/payments/api'],
      ['registry-index-query tags HOST/payments/w\t', 'registry-index-query tags HOST/payments/worker'],
      ['registry-index query HOST/x plat\t', 'registry-index query HOST/x platform:'],
      ['registry-index query -o ya\t', 'registry-index query -o yaml'],
      ['registry-index query --fail\t', 'registry-index query --fail-on-no-result'],
    ])('%j', async (keys, line) => {
      await typed(name, `${LOAD[name]}${keys.replace('HOST', host)}`, line.replace('HOST', host).slice(-12));
    });
  });
});
