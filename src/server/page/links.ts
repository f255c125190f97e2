/** Addresses of the page. Everything that is shown stands in one, so that it can be kept and sent. */

export interface SearchPlace {
  readonly q: string;
  readonly sort?: string | undefined;
  readonly cursor?: string | undefined;
}

export function searchUrl({ q, sort, cursor }: SearchPlace): string {
  return withParameters('/', { q, sort, cursor });
}

export interface RepositoryPlace {
  /** The tag that commands name; the representative one when left out. */
  readonly tag?: string | undefined;
  /** Whether commands name the digest. */
  readonly by?: 'digest' | undefined;
  readonly client?: string | undefined;
  /** Which tags are listed, how sorted, and from where on. */
  readonly tags?: string | undefined;
  readonly sort?: string | undefined;
  readonly cursor?: string | undefined;
}

/** The slashes of a name are those of the path. */
export function repositoryUrl(name: string, place: RepositoryPlace = {}): string {
  return withParameters(`/r/${name.split('/').map(encodeURIComponent).join('/')}`, { ...place });
}

export function digestUrl(digest: string, cursor?: string): string {
  return withParameters(`/d/${digest}`, { cursor });
}

/** Another page of ours, and back to `from` afterwards. */
export function thereAndBack(path: string, from: string, parameters: Readonly<Record<string, string>> = {}): string {
  return withParameters(path, { ...parameters, to: from });
}

function withParameters(path: string, parameters: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(parameters).flatMap(([key, value]) => (value ? [`${key}=${encoded(value)}`] : []));
  return given.length === 0 ? path : `${path}?${given.join('&')}`;
}

/** As forms write it. */
function encoded(value: string): string {
  return encodeURIComponent(value.toWellFormed()).replaceAll('%20', '+');
}

/** Where to go back to: a path of ours, or else the search. Never another host, whatever the browser makes of the text. */
export function safePath(text: string | undefined): string {
  if (text === undefined || !URL.canParse(text, NOWHERE)) return '/';
  const { origin, pathname, search } = new URL(text, NOWHERE);
  // Two slashes at the beginning would be read as a host.
  return origin === NOWHERE && !pathname.startsWith('//') ? pathname + search : '/';
}

const NOWHERE = 'http://page.invalid';

/** The address of a text where that is one that a person may follow. */
export function webAddress(text: string): string | undefined {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined;
  const { protocol, href, username, password } = new URL(text);
  return /^https?:$/.test(protocol) && username === '' && password === '' ? href : undefined;
}
