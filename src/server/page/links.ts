import { type Token, tokenise } from '../../search/query/tokenise.ts';

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
  const path = PLAIN.test(name) ? name : name.split('/').map(encodeURIComponent).join('/');
  return withParameters(`/r/${path}`, { ...place });
}

export function digestUrl(digest: string, cursor?: string): string {
  return withParameters(`/d/${digest}`, { cursor });
}

/** Another page of ours, and back to `from` afterwards. */
export function thereAndBack(path: string, from: string, parameters: Readonly<Record<string, string>> = {}): string {
  return withParameters(path, { ...parameters, to: from });
}

function withParameters(path: string, parameters: Readonly<Record<string, string | undefined>>): string {
  let url = path;
  for (const [key, value] of Object.entries(parameters)) {
    if (value) url += `${url === path ? '?' : '&'}${key}=${encoded(value)}`;
  }
  return url;
}

/**
 * What means itself in an address, as names and most values do. A page has a hundred addresses, and others take longer.
 */
const PLAIN = /^[\w./-]*$/;

/** As forms write it. */
function encoded(value: string): string {
  return PLAIN.test(value) ? value : encodeURIComponent(value.toWellFormed()).replaceAll('%20', '+');
}

/** A query with a filter of a facet, or without it where it has it already. */
export interface Toggled {
  readonly q: string;
  readonly isOn: boolean;
}

/** Takes filters off where the query has them, as they are or in another case, and puts them at the end otherwise. */
export function createToggle(q: string): (filter: string) => Toggled {
  const tokens = tokensOf(q);
  const on = new Set(tokens.filter(isFilter).map(({ source }) => source.toLowerCase()));
  return (filter) => {
    if (!on.has(filter.toLowerCase())) return { q: `${q.trim()} ${filter}`.trim(), isOn: false };
    const isOther = (token: Token) => !isFilter(token) || token.source.toLowerCase() !== filter.toLowerCase();
    return { q: tokens.filter(isOther).map(typed).join(' '), isOn: true };
  };
}

/** A query that cannot be read has no facets. */
function tokensOf(q: string): readonly Token[] {
  try {
    return tokenise(q);
  } catch {
    return [];
  }
}

function isFilter({ isExcluded, key }: Token): boolean {
  return !isExcluded && key !== undefined;
}

function typed({ isExcluded, source }: Token): string {
  return isExcluded ? `-${source}` : source;
}

/**
 * Where to go back to: a path of ours, or else the search. Never another host, whatever the browser makes of the text.
 */
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
