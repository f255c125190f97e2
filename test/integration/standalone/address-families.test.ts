import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { tempDirectory } from '../../env/temp-directory.ts';
import { eventually } from '../../support/eventually.ts';
import { type RunProcess, startRun } from '../../support/standalone/run-process.ts';

const WITHOUT_IPV6 = join(import.meta.dirname, '..', '..', 'support', 'network', 'without_ipv6.py');
const IPV6_ONLY = ['ip link set lo up', 'ip address add fd00::1/128 dev lo nodad', 'exec "$@"'].join(' && ');

let folder: Awaited<ReturnType<typeof tempDirectory>>;
let run: RunProcess | undefined;

beforeAll(async () => {
  folder = await tempDirectory('families');
});

afterEach(async () => {
  await run?.interrupt();
  run = undefined;
});

afterAll(() => folder.remove());

const start = (name: string, launcher: readonly string[]) =>
  startRun(['--sample', '--data', join(folder.path, name), '--host', '::'], {}, undefined, launcher);

const portOf = ({ url }: RunProcess) => new URL(url).port;

test('with addresses of both families, the URL that is printed can be asked', async () => {
  const started = await start('both', []);
  run = started;
  expect(new URL(started.url).hostname).toBe('localhost');
  await eventually(async () => {
    expect(await (await fetch(`${started.url}/v1/search?q=payments`)).text()).toContain('payments/api');
  });
});

test('where the kernel has no IPv6, search answers over IPv4', async () => {
  const started = await start('ipv4', ['python3', WITHOUT_IPV6]);
  run = started;
  await eventually(async () => {
    const answer = await fetch(`http://127.0.0.1:${portOf(started)}/v1/search?q=payments`);
    expect(await answer.text()).toContain('payments/api');
  });
});

test('on an address of IPv6, search answers over IPv6', async () => {
  const started = await start('ipv6', ['unshare', '--net', 'sh', '-c', IPV6_ONLY, 'sh']);
  run = started;
  const ask = `fetch('http://[fd00::1]:${portOf(started)}/v1/search?q=payments').then((r) => r.text()).then(console.log)`;
  const inside = ['--net', '--target', String(started.pid), process.execPath, '-e', ask];
  await eventually(async () => expect((await promisify(execFile)('nsenter', inside)).stdout).toContain('payments/api'));
});
