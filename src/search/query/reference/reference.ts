import { isTagName } from '../../../oci/tag-name.ts';
import { fold } from '../../fold.ts';
import { DOCKER_HUB, isHost, registryAt } from '../../registry-host.ts';
import { digestOf } from '../read-values.ts';

/** What names an image or a chart wherever it is kept. */
export interface Reference {
  /** See `registryAt`; undefined where none was written. */
  readonly host: string | undefined;
  /** Folded, without slashes at its ends; empty where there is a digest alone. */
  readonly path: string;
  readonly tag: string | undefined;
  /** In its normal form; perhaps only its beginning. */
  readonly digest: string | undefined;
}

/** What stands around what was copied: quotes, brackets, punctuation. */
const BEFORE = /^[\s"'`“”„‘’«‹(<{,;=*]+/;
const AFTER = /[\s"'`“”‘’»›)>\]},;.!?:*\\/]+$/;
const SCHEME = /^(?:[a-z][a-z0-9+.-]*:\/\/|(?:docker-daemon|containers-storage|docker-archive|dir):)/i;
/** URLs of distribution's API: `/v2/NAME/manifests/REFERENCE`, `/v2/NAME/blobs/DIGEST`, `/v2/NAME/tags/list`. */
const API =
  /^(?<host>[^/]*)\/v2\/(?<path>.+?)\/(?:(?:manifests|blobs|referrers)\/(?<reference>[^/]+)|tags(?:\/list)?)$/;
const DOCKER_HUB_PAGE = /^(?:www\.)?hub\.docker\.com\/(?:r|_|layers)\/(?<path>[^?#]+?)(?:\/(?:tags|general|builds))?$/;
const QUAY_PAGE = /^quay\.io\/repository\/(?<path>[^?#]+)$/;
const PATH = /^[^\s/:@]+(?:\/[^\s/:@]+)*$/;

/** Reads what was pasted; undefined where it can name no repository. */
export function readReference(pasted: string): Reference | undefined {
  const text = pasted.replace(BEFORE, '').replace(AFTER, '');
  const alone = digestOf(text);
  if (alone !== undefined) return { host: undefined, path: '', tag: undefined, digest: alone };
  const address = text
    .replace(SCHEME, '')
    .replace(/[?#].*$/, '')
    .replace(/\/+$/, '');
  return readPage(address) ?? readName(address);
}

function readPage(address: string): Reference | undefined {
  const api = API.exec(address)?.groups;
  if (api?.path !== undefined) return readName(`${api.host}/${api.path}${suffixOf(api.reference)}`);
  const page = DOCKER_HUB_PAGE.exec(address)?.groups ?? QUAY_PAGE.exec(address)?.groups;
  if (page?.path === undefined) return undefined;
  return readName(`${address.startsWith('quay') ? 'quay.io' : DOCKER_HUB}/${page.path}`);
}

function suffixOf(reference: string | undefined): string {
  if (reference === undefined) return '';
  return `${digestOf(reference) === undefined ? ':' : '@'}${reference}`;
}

function readName(address: string): Reference | undefined {
  const [name = '', digest] = splitAt(address, '@');
  const { host, rest } = splitHost(name);
  const colon = rest.indexOf(':', rest.lastIndexOf('/') + 1);
  const path = fold(colon < 0 ? rest : rest.slice(0, colon))
    .replace(/\/{2,}/g, '/')
    .replace(/^\/|\/$/g, '');
  if (!PATH.test(path)) return undefined;
  const tag = colon < 0 ? '' : rest.slice(colon + 1).replaceAll('+', '_');
  return {
    host,
    path,
    tag: isTagName(tag) ? tag : undefined,
    digest: digest === undefined ? undefined : digestOf(digest),
  };
}

function splitHost(name: string): { host: string | undefined; rest: string } {
  const slash = name.indexOf('/');
  const first = name.slice(0, Math.max(0, slash));
  if (!isHost(first)) return { host: undefined, rest: name };
  return { host: registryAt(fold(first)), rest: name.slice(slash + 1) };
}

function splitAt(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

/**
 * Names that the repository may have in a registry that mirrors others, likeliest first: below its host, as Docker Hub
 * has `library/` before names of its own, then without its host.
 */
export function namesOf({ host, path }: Reference): string[] {
  if (path === '') return [];
  const isOfHub = host === DOCKER_HUB && !path.includes('/');
  const below = host === undefined ? [] : [...(isOfHub ? [`${host}/library/${path}`] : []), `${host}/${path}`];
  const bare = host === undefined || host === DOCKER_HUB ? path.replace(/^library\//, '') : path;
  return [...new Set([...below, path, bare])];
}

/** Whether it says more than a path does: a tag, a digest, or a name that is another one below its host. */
export function isPointed({ host, path, tag, digest }: Reference): boolean {
  return (tag ?? digest) !== undefined || (host === DOCKER_HUB && !path.includes('/'));
}

/** Whether a word may hold a tag, a digest or a host, so that it is more than its letters. */
export function mayBePointed(word: string): boolean {
  return /[:@]|^[^/\s]*\.[^/\s]*\//.test(word);
}

/** Whether a word of a query can be understood as more than its text. */
export function looksLikeReference(word: string): boolean {
  return /[/:@]/.test(word) || /^[0-9a-f]{12,64}$/i.test(word);
}
