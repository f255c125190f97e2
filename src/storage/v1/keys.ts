import { foreign, invalidName, type StorageFault } from '../../api/fault.ts';
import { isFolderMarker, isRepositoryName } from '../grammar.ts';
import type { StorageObject } from '../object-storage.ts';

/** A file of a repository: a `tag` holds the id of an image, `tagJson` when that was pushed and by what. */
type File =
  | { readonly kind: 'tag' | 'tagJson'; readonly tag: string }
  | { readonly kind: 'private' | 'ignored' | 'unexpected' };

/** What one key says; what has no folder lies outside of any repository. */
export type KeyMeaning =
  | (File & { readonly folder: Folder })
  | { readonly kind: 'unexpected' | 'marker'; readonly folder: undefined };

export interface Folder {
  /** `<namespace>/<repository>/` as it stands in the key, escaped. */
  readonly path: string;
  readonly name: string;
}

/** Keys of one registry of the first generation, `<root>/repositories/…` and `<root>/images/…`. */
export interface V1Keys {
  /** What every key of the registry begins with. */
  readonly root: string;
  /** What every key of a repository begins with. */
  readonly repositories: string;
  /** What the keys of repository `name` begin with; the first is where the last version of the registry looks. */
  folders(name: string): readonly string[];
  /** Before all repositories that do not come before `name`; never less for a name that comes later. */
  before(name: string): string;
  /** After all repositories that come before `name`. */
  after(name: string): string;
  /** What every key of an image begins with. */
  readonly images: string;
  image(id: string, file: 'json' | '_inprogress'): string;
  /** `key` begins with `repositories`. */
  parse(key: string): KeyMeaning;
}

/** `root` is without slashes at its ends; empty where the registry has the whole bucket. */
export function createV1Keys(root: string): V1Keys {
  const base = root ? `${root}/` : '';
  const repositories = `${base}repositories/`;
  return {
    root: base,
    repositories,
    folders: (name) => foldersOf(name).map((path) => `${repositories}${path}`),
    before: (name) => `${repositories}${lowerBound(name)}`,
    after: (name) => `${repositories}${upperBound(name)}`,
    images: `${base}images/`,
    image: (id, file) => `${base}images/${id}/${file}`,
    parse: (key) => parsePath(key.slice(repositories.length)),
  };
}

/**
 * What follows the namespace is one folder. docker-registry 0.9 escapes its slashes twice, once for the route and once
 * for the store; older ones did so once. Nothing else in a valid name is changed by escaping.
 */
function foldersOf(name: string): string[] {
  const [namespace = '', ...rest] = name.split('/');
  if (rest.length === 0) return [];
  if (rest.length === 1) return [`${namespace}/${rest[0]}/`];
  return ['%252F', '%2F'].map((slash) => `${namespace}/${rest.join(slash)}/`);
}

/**
 * The order of names is that of `<name>/_`, and `-`, `.` and `/` sort so; but the escaped slash sorts before all of
 * them. So `ns/er/x` comes after `ns/er-x`, while its key comes before: the bound is cut where one of them may stand.
 * `$` precedes `%`: no key begins so, for a store may pass over all that begins with what it is to begin after.
 */
function lowerBound(name: string): string {
  const [namespace = '', first] = name.split('/');
  return first === undefined ? `${namespace}/^~` : `${namespace}/${first.replace(/[-.].*/, '')}$~`;
}

/** `0` follows `/`, and with it `-` and `.`. */
function upperBound(name: string): string {
  const [namespace = '', first] = name.split('/');
  return first === undefined ? `${namespace}/^~` : `${namespace}/${first}0`;
}

function parsePath(path: string): KeyMeaning {
  const [namespace = '', repository = '', file, ...deeper] = path.split('/');
  if (isFolderMarker(path)) return { kind: 'marker', folder: undefined };
  if (file === undefined) return { kind: 'unexpected', folder: undefined };
  const folder = { path: `${namespace}/${repository}/`, name: nameOf(namespace, repository) };
  if (deeper.length > 0) return { kind: 'unexpected', folder };
  return { ...fileOf(file), folder };
}

function nameOf(namespace: string, repository: string): string {
  return `${unescapePlus(namespace)}/${unescapePlus(unescapePlus(repository))}`;
}

const TAG = /^tag_(.+)$/;
const TAG_JSON = /^tag(.+)_json$/;

/** The registry takes every file that begins with `tag_` for a tag, so that is asked first. */
function fileOf(file: string): File {
  if (file === '_private') return { kind: 'private' };
  const tag = TAG.exec(file)?.[1];
  if (tag !== undefined) return { kind: 'tag', tag: unescapePlus(tag) };
  const described = TAG_JSON.exec(file)?.[1];
  return described === undefined ? { kind: 'ignored' } : { kind: 'tagJson', tag: unescapePlus(described) };
}

/** Whether it is where a registry would look for a repository of that name. */
export function isFolder(keys: V1Keys, { name, path }: Folder): boolean {
  return isRepositoryName(name) && keys.folders(name).includes(`${keys.repositories}${path}`);
}

/** What is wrong with a key that belongs to no repository. */
export function unexpectedKeyFault(keys: V1Keys, meaning: KeyMeaning, object: StorageObject): StorageFault | undefined {
  const { folder } = meaning;
  if (!folder) return meaning.kind === 'unexpected' ? foreign(object) : undefined;
  if (isFolder(keys, folder)) return undefined;
  return invalidName('repository', folder.path);
}

/** Reverses Python's `urllib.quote_plus`. A text that is not escaped well is given back as it is. */
export function unescapePlus(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
