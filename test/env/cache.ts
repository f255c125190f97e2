import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

export interface CacheEntry {
  readonly name: string;
  /** Files whose content pins what is built. */
  readonly files: readonly string[];
  /** Whatever else decides the result: options, versions. */
  readonly also?: readonly string[];
  /** Printed when it is not there yet: "building kube-apiserver … (about 5 minutes the first time)". */
  readonly notice: string;
  /** Fills the directory it is given. */
  build(directory: string): Promise<void>;
}

const LOCK_POLL_MS = 250;

/** Where built tools live: outside the checkout, so that a fresh clone finds them. */
export function cacheDirectory(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'registry-index');
}

/** The directory of a built thing, named by a hash of what pins it; built first when it is not there. */
export async function cached(entry: CacheEntry): Promise<string> {
  const directory = join(cacheDirectory(), `${entry.name}-${await fingerprint(entry)}`);
  if (existsSync(directory)) return directory;
  await mkdir(cacheDirectory(), { recursive: true });
  const unlock = await lock(`${directory}.lock`);
  try {
    if (!existsSync(directory)) await buildInto(directory, entry);
  } finally {
    await unlock();
  }
  return directory;
}

/** Removes all but the `keep` newest of what was built under this name. */
export async function pruneCache(name: string, keep: number): Promise<void> {
  const built = new RegExp(`^${name}-[0-9a-f]{16}$`);
  const entries = (await readdir(cacheDirectory())).filter((entry) => built.test(entry));
  const paths = entries.map((entry) => join(cacheDirectory(), entry));
  const aged = await Promise.all(paths.map(async (path) => ({ path, builtAtMs: (await stat(path)).mtimeMs })));
  const old = aged.toSorted((a, b) => b.builtAtMs - a.builtAtMs).slice(keep);
  await Promise.all(old.map(({ path }) => rm(path, { recursive: true, force: true })));
}

/** Builds aside and renames, so that a build cut short never looks like a finished one. */
async function buildInto(directory: string, entry: CacheEntry): Promise<void> {
  const unfinished = `${directory}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished);
  process.stderr.write(`${entry.notice}\n`);
  try {
    await entry.build(unfinished);
    await rename(unfinished, directory);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

async function fingerprint({ files, also = [] }: CacheEntry): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) hash.update(await readFile(file)).update('\0');
  for (const text of also) hash.update(text).update('\0');
  return hash.digest('hex').slice(0, 16);
}

/** Takes a lock file that names its holder, so that the lock of a process that is gone is no obstacle. */
async function lock(path: string): Promise<() => Promise<void>> {
  for (;;) {
    try {
      await writeFile(path, String(process.pid), { flag: 'wx' });
      return () => rm(path, { force: true });
    } catch (error) {
      if (!isAlreadyThere(error)) throw error;
    }
    if (await isAbandoned(path)) await rm(path, { force: true });
    else await wait(LOCK_POLL_MS);
  }
}

async function isAbandoned(path: string): Promise<boolean> {
  const holder = Number(await readFile(path, 'utf8').catch(() => '0'));
  if (!Number.isInteger(holder) || holder <= 0) return false;
  try {
    process.kill(holder, 0);
    return false;
  } catch {
    return true;
  }
}

function isAlreadyThere(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST';
}
