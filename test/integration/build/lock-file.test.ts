import { cp, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runCommand } from '../../env/command.ts';
import { type TempDirectory, tempDirectory } from '../../env/temp-directory.ts';

interface LockedPackage {
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
}

interface Platform {
  readonly os: string;
  readonly cpu: string;
  /** Of Linux only; '' elsewhere. */
  readonly libc: string;
}

const ROOT = resolve(import.meta.dirname, '..', '..', '..');
const FILES = ['package.json', 'package-lock.json', '.npmrc'];
const CPUS = ['x64', 'arm64'];
const PLATFORMS: readonly Platform[] = [
  ...['darwin', 'win32'].flatMap((os) => CPUS.map((cpu) => ({ os, cpu, libc: '' }))),
  ...['glibc', 'musl'].flatMap((libc) => CPUS.map((cpu) => ({ os: 'linux', cpu, libc }))),
];

let checkout: TempDirectory;
let locked: readonly (readonly [name: string, LockedPackage])[];

beforeAll(async () => {
  checkout = await tempDirectory('lock-file');
  for (const file of FILES) await cp(join(ROOT, file), join(checkout.path, file));
  const { packages } = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8'));
  locked = Object.entries<LockedPackage>(packages).map(([path, entry]) => [
    path.replace(/.*node_modules\//, ''),
    entry,
  ]);
});

afterAll(() => checkout.remove());

test.each(PLATFORMS)('npm ci can install everything on $os $cpu $libc from the lock file', async (platform) => {
  const native = locked.filter(([, entry]) => isOnlyFor(entry, platform)).map(([name]) => name);
  expect(native).toContain(`@esbuild/${platform.os}-${platform.cpu}`);
  expect(await dryRun(platform)).toEqual(expect.arrayContaining(native));
});

/** True for what is built for some platforms, this among them. */
function isOnlyFor({ os, cpu, libc }: LockedPackage, platform: Platform): boolean {
  if (os === undefined) return false;
  return os.includes(platform.os) && (cpu?.includes(platform.cpu) ?? true) && (libc?.includes(platform.libc) ?? true);
}

/** The names npm would install there. It may fetch nothing: all it needs stands in the lock file. */
async function dryRun({ os, cpu, libc }: Platform): Promise<string[]> {
  const options = [`--os=${os}`, `--cpu=${cpu}`, ...(libc === '' ? [] : [`--libc=${libc}`])];
  const cache = join(checkout.path, 'empty-cache');
  const args = ['ci', '--dry-run', '--offline', `--cache=${cache}`, '--loglevel=notice', ...options];
  const output = await runCommand('npm', args, { directory: checkout.path });
  return [...output.matchAll(/^add (\S+) /gm)].map(([, name = '']) => name);
}
