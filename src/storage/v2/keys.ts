import { foreign, invalidName, type StorageFault } from '../../api/fault.ts';
import type { Digest } from '../../oci/manifest-facts.ts';
import { isFolderMarker, isRepositoryName } from '../grammar.ts';
import type { Skip } from '../listing/skip-scan.ts';
import type { StorageObject } from '../object-storage.ts';

/** Within a repository, sorted as listed: layers, then revisions (both not wanted), then the tags, then uploads. */
const TAGS = '_manifests/tags/';
const REVISIONS = '_manifests/revisions';

/**
 * What one key says. `ignored` is any other file of a repository (layers, revisions, uploads): never reported, because
 * the walk jumps over them and would name one here and miss it there. An `unexpected` is no file of a registry.
 */
export type KeyMeaning =
  | { readonly kind: 'current'; readonly name: string; readonly tag: string }
  | { readonly kind: 'history'; readonly name: string; readonly tag: string; readonly digest: Digest }
  | { readonly kind: 'ignored'; readonly name: string; readonly path: string }
  | { readonly kind: 'unexpected' | 'marker'; readonly name: string | undefined };

/**
 * Keys of one registry: `<rootDirectory>/docker/registry/v2/…`, `rootDirectory` without slashes at its ends. A bound
 * between keys (`first`, `last`, `beforeTags`, `historyEnd`) is neither a key nor a folder nor the beginning of one:
 * asked to begin after a folder, a store may pass over all that is in it.
 */
export interface V2Keys {
  /** What every key of the registry begins with. */
  readonly root: string;
  /** What every key of a repository begins with. */
  readonly repositories: string;
  /** Before all that repository `name` has, and after what precedes that; names are compared by this. */
  first(name: string): string;
  /** After all that repository `name` has. */
  last(name: string): string;
  /** What every key of the tags of `name` begins with. */
  tags(name: string): string;
  /** After the revisions of `name` and before its tags. */
  beforeTags(name: string): string;
  /** After all the digests that `tag` ever pointed to. */
  historyEnd(name: string, tag: string): string;
  /** What every key of a blob begins with. */
  readonly blobs: string;
  blob(digest: Digest): string;
  /** `key` begins with `repositories`. */
  parse(key: string): KeyMeaning;
}

export function createV2Keys(rootDirectory: string): V2Keys {
  const root = `${rootDirectory ? `${rootDirectory}/` : ''}docker/registry/v2/`;
  const repositories = `${root}repositories/`;
  return {
    root,
    repositories,
    first: (name) => `${repositories}${name}/^~`,
    last: (name) => `${repositories}${name}/_~`,
    tags: (name) => `${repositories}${name}/${TAGS}`,
    beforeTags: (name) => `${repositories}${name}/${REVISIONS}~`,
    historyEnd: (name, tag) => `${repositories}${name}/${TAGS}${tag}/index/~`,
    blobs: `${root}blobs/`,
    blob: (digest) => `${root}blobs/${blobPath(digest)}/data`,
    parse: (key) => parsePath(key.slice(repositories.length)),
  };
}

function blobPath(digest: Digest): string {
  const [algorithm = '', encoded = ''] = digest.split(':');
  return `${algorithm}/${encoded.slice(0, 2)}/${encoded}`;
}

/** Components of a name begin with a letter or digit, so the first `/_` is where the name ends. */
function parsePath(path: string): KeyMeaning {
  const nameEnd = path.indexOf('/_');
  const name = nameEnd > 0 ? path.slice(0, nameEnd) : undefined;
  if (isFolderMarker(path)) return { kind: 'marker', name };
  if (name === undefined) return { kind: 'unexpected', name };
  const inside = path.slice(nameEnd + 1);
  if (!inside.startsWith(TAGS)) return { kind: 'ignored', name, path: inside };
  return parseTagPath(name, inside.slice(TAGS.length));
}

function parseTagPath(name: string, path: string): KeyMeaning {
  const [tag = '', folder, algorithm, encoded, file, ...rest] = path.split('/');
  if (folder === 'current' && algorithm === 'link' && encoded === undefined) return { kind: 'current', name, tag };
  if (folder === 'index' && file === 'link' && rest.length === 0)
    return { kind: 'history', name, tag, digest: `${algorithm}:${encoded}` };
  if (folder === 'index') return { kind: 'ignored', name, path: `${TAGS}${path}` };
  return { kind: 'unexpected', name };
}

/**
 * Where a listing that ended at `key` may go on without missing a tag: after layers or revisions at the tags, after what
 * follows the tags at the next repository. `settled` says whether the digest of a tag is known, so that its history is
 * not wanted. Undefined where it goes on at `key`.
 */
export function skipFrom(keys: V2Keys, key: string, settled: (tag: string) => boolean): Skip | undefined {
  const meaning = keys.parse(key);
  if (meaning.kind === 'history')
    return settled(meaning.tag) ? { to: keys.historyEnd(meaning.name, meaning.tag) } : undefined;
  if (meaning.kind !== 'ignored' || meaning.path.startsWith(TAGS)) return undefined;
  const { name, path } = meaning;
  return path < TAGS ? { to: keys.beforeTags(name), next: keys.tags(name) } : { to: keys.last(name) };
}

/** Whether tags would lie below this path of a repository, if it were a folder. */
export function leadsToTags(path: string): boolean {
  return TAGS.startsWith(`${path}/`);
}

/** What is wrong with a key that belongs to no repository. */
export function unexpectedKeyFault(meaning: KeyMeaning, object: StorageObject): StorageFault | undefined {
  const { name } = meaning;
  if (name === undefined) return meaning.kind === 'unexpected' ? foreign(object) : undefined;
  if (isRepositoryName(name)) return undefined;
  return invalidName('repository', name);
}
