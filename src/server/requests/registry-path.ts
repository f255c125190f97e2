/** Whether the path of a request is `/v2` or begins with it, however many slashes come first. */
export function isRegistryPath(url: string): boolean {
  return REGISTRY_PATH.test(rawPathOf(url));
}

const REGISTRY_PATH = /^\/+v2(?:\/|%2[fF]|$)/;

/** The path of a request's URL, decoded; undefined where it is not percent-encoded UTF-8. */
export function pathOf(url: string): string | undefined {
  try {
    return decodeURIComponent(rawPathOf(url));
  } catch {
    return undefined;
  }
}

/** A client that takes us for a proxy writes scheme and host before the path. */
function rawPathOf(url: string): string {
  return url.replace(/^https?:\/\/[^/?#]*/i, '').replace(/[?#].*$/s, '');
}

/**
 * Where the registry's router (gorilla/mux with StrictSlash) redirects a request below `/v2`: to the path without empty
 * and dot segments, and then to the route that differs by a slash at its end. It always begins with `/v2`, so it leads
 * to no other host and to no other API. Undefined where there is nothing to redirect.
 */
export function registryRedirect(url: string, isRoute: (path: string) => boolean): string | undefined {
  const path = pathOf(url);
  if (path === undefined || !REGISTRY_PATH.test(path)) return undefined;
  const clean = cleanPath(path);
  const target = clean === path ? withOtherEnd(path) : clean;
  if (!/^\/v2(?:\/|$)/.test(target) || (clean === path && !isRoute(target))) return undefined;
  return encodePath(target) + queryOf(url);
}

/** The path with each `.`, `..` and empty segment resolved; a slash at its end stays. */
function cleanPath(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  const end = path.endsWith('/') && kept.length > 0 ? '/' : '';
  return `/${kept.join('/')}${end}`;
}

function withOtherEnd(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : `${path}/`;
}

function encodePath(path: string): string {
  return encodeURI(path).replaceAll('?', '%3F').replaceAll('#', '%23');
}

function queryOf(url: string): string {
  const [address = ''] = url.split('#', 1);
  const at = address.indexOf('?');
  return at === -1 ? '' : address.slice(at);
}
