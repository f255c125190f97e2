import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { alone } from './held-name.ts';
import { keep } from './keeper.ts';

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

/** What was used this recently may be in use by another run. */
const IN_USE_MS = 60 * 60_000;

/** Where built tools live: outside the checkout, so that a fresh clone finds them. */
export function cacheDirectory(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'registry-index');
}

/** The directory of a built thing, named by a hash of what pins it; built first when it is not there. */
export async function cached(entry: CacheEntry): Promise<string> {
  const name = `${entry.name}-${await fingerprint(entry)}`;
  const directory = join(cacheDirectory(), name);
  await mkdir(cacheDirectory(), { recursive: true });
  if (!existsSync(directory)) await alone(name, () => buildOnce(directory, entry));
  const now = new Date();
  await utimes(directory, now, now);
  return directory;
}

/** Removes all but the `most` last used of what was built under this name. */
export async function pruneCache(name: string, most: number): Promise<void> {
  const built = new RegExp(`^${name}-[0-9a-f]{16}$`);
  const entries = (await readdir(cacheDirectory())).filter((entry) => built.test(entry));
  const paths = entries.map((entry) => join(cacheDirectory(), entry));
  const aged = await Promise.all(paths.map(async (path) => ({ path, usedAtMs: (await stat(path)).mtimeMs })));
  const surplus = aged.toSorted((a, b) => b.usedAtMs - a.usedAtMs).slice(most);
  const old = surplus.filter(({ usedAtMs }) => usedAtMs < Date.now() - IN_USE_MS);
  await Promise.all(old.map(({ path }) => rm(path, { recursive: true, force: true })));
}

/** Builds aside and renames, so that a build cut short never looks like a finished one. */
async function buildOnce(directory: string, entry: CacheEntry): Promise<void> {
  if (existsSync(directory)) return;
  const unfinished = await mkdtemp(`${directory}.unfinished-`);
  const release = keep({ kind: 'command', argv: ['rm', '-rf', unfinished] });
  process.stderr.write(`${entry.notice}\n`);
  try {
    await entry.build(unfinished);
    await rename(unfinished, directory).catch(unlessThere(directory));
  } finally {
    await rm(unfinished, { recursive: true, force: true });
    release();
  }
}

/** A container that has this folder too may have been quicker. */
function unlessThere(directory: string): (error: unknown) => void {
  return (error) => {
    if (!existsSync(directory)) throw error;
  };
}

async function fingerprint({ files, also = [] }: CacheEntry): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) hash.update(await readFile(file)).update('\0');
  for (const text of also) hash.update(text).update('\0');
  return hash.digest('hex').slice(0, 16);
}
