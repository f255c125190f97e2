import { access, constants, readdir, stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import type { Source } from '../api/settings.ts';
import type { AwsCredentials } from '../aws/credentials.ts';
import { ConfigError } from '../config/config-error.ts';
import { errorCode } from '../json/error-code.ts';
import { findRegistry } from '../storage/find-registry.ts';
import { isRepositoryName } from '../storage/grammar.ts';
import { firstKeyOf } from '../storage/listing/plain-pages.ts';
import type { ObjectStorage } from '../storage/object-storage.ts';
import { openLayout, openStorage } from '../storage/open.ts';
import { createV2Keys } from '../storage/v2/keys.ts';

type DirectorySource = Extract<Source, { kind: 'directory' }>;

const REGISTRY = join('docker', 'registry', 'v2');
const WANTED = `the folder that the registry's filesystem driver writes to, in which ${REGISTRY} is`;

/** Checks that a folder can be read. Rejects with a ConfigError that says what to write instead. */
export async function checkFolder({ path, rootDirectory }: DirectorySource): Promise<void> {
  // The folder of repositories could pass for that of a docker-registry v1.
  const [, registry] = INSIDE.exec(join(path, rootDirectory)) ?? [];
  if (registry !== undefined) throw new ConfigError(inside(join(path, rootDirectory), registry || sep));
  try {
    const isFolder = (await stat(path)).isDirectory();
    if (!isFolder) throw new ConfigError(`--directory ${path} is a file; write ${WANTED}`);
    await access(path, constants.R_OK | constants.X_OK);
  } catch (error) {
    throw error instanceof ConfigError ? error : new ConfigError(unreadable(path, error), error);
  }
}

const INSIDE = /^(.*)[/\\]docker[/\\]registry[/\\]v2(?:[/\\].*)?$/;

function inside(path: string, registry: string): string {
  return `--directory ${path} is inside of a registry: write --directory ${registry}`;
}

function unreadable(path: string, error: unknown): string {
  const code = errorCode(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') return `--directory ${path} does not exist; write ${WANTED}`;
  if (code === 'EACCES' || code === 'EPERM')
    return `--directory ${path} may not be read by this user; grant that, or run as the registry's user`;
  return `--directory ${path} cannot be read (${code}); write ${WANTED}`;
}

/**
 * Reads one name, so that a mistyped bucket or folder is reported before tables are created or filled again for it.
 * Rejects with a ConfigError if there is nothing at that place and a registry close to it.
 */
export async function checkSource(
  source: Source,
  credentials: AwsCredentials | undefined,
  signal: AbortSignal,
): Promise<void> {
  if (source.kind === 'directory') await checkFolder(source);
  const storage = openStorage(source, credentials);
  if (await beginsWithRepository(storage, source, signal)) return;
  const layout = openLayout({ storage, source, now: Date.now });
  for await (const _name of layout.listNames(signal)) return;
  const found = await findRegistry(storage, source.rootDirectory, signal);
  if (found !== undefined) throw new ConfigError(elsewhere(source, found));
  if (source.kind === 'directory') await checkIsRegistry(source);
}

/** One key shows as much as the thousands that names are listed by, wherever all is as it should be. */
async function beginsWithRepository(
  storage: ObjectStorage,
  { rootDirectory, layout }: Source,
  signal: AbortSignal,
): Promise<boolean> {
  if (layout === 'V1') return false;
  const { repositories, parse } = createV2Keys(rootDirectory);
  const key = await firstKeyOf({ storage, now: Date.now, prefix: repositories, maxKeys: 1 }, signal);
  const { name = '' } = key === undefined ? {} : parse(key);
  return isRepositoryName(name);
}

function elsewhere(source: Source, found: string): string {
  if (source.kind === 'directory') {
    const named = join(source.path, source.rootDirectory);
    return `--directory ${named} holds no registry, but one is close to it: write --directory ${join(source.path, found)}`;
  }
  const { bucket, rootDirectory } = source;
  const at = rootDirectory === '' ? `bucket ${bucket}` : `${rootDirectory} of bucket ${bucket}`;
  const instead = found === '' ? 'leave storage.rootDirectory out' : `write storage.rootDirectory: ${found}`;
  return `${at} holds no registry, but one is close to it: ${instead}`;
}

/**
 * A registry without repositories still has its folders, and before the first push nothing at all. Else another folder
 * was meant.
 */
async function checkIsRegistry({ path, rootDirectory, layout }: DirectorySource): Promise<void> {
  const named = join(path, rootDirectory);
  if (layout === 'V1' || (await exists(join(named, REGISTRY)))) return;
  if ((await readdir(named)).length === 0) return;
  for (let folder = dirname(named); folder !== dirname(folder); folder = dirname(folder))
    if (named.startsWith(join(folder, 'docker')) && (await exists(join(folder, REGISTRY))))
      throw new ConfigError(inside(named, folder));
  throw new ConfigError(`--directory ${named} holds no registry; write ${WANTED}`);
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
