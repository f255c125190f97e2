/**
 * OCI's annotations of where the sources of an image are (a page or what `git clone` takes), and of its own page: that is
 * the one which `helm push` writes. Where both are there the first counts.
 */
export const SOURCE_LABELS = ['org.opencontainers.image.source', 'org.opencontainers.image.url'] as const;

/** The host of a URL, or of what ssh takes: `https://git.acme.example/`, `git@git.acme.example:`. */
const HOST = /^(?:[a-z][a-z0-9+.-]*:\/\/[^/]*\/|[^/:]*@[^/:]*:\/?)/;
/** What pages of a forge put behind the path of a project. */
const PLACE_IN_PROJECT = /(?:\/(?:-|tree|blob|src|commit|releases)\/.*|[?#].*)$/;
const ENDING = /(?:\.git)?\/*$/;

/**
 * Whether a repository is named after its sources: a forge's registry has an image at the path of its project or below, and
 * others leave the owner out. A fork that was copied with its Dockerfile names the sources of the original.
 * Both are in lower case.
 */
export function isNamedAfterSource(name: string, source: string): boolean {
  const host = HOST.exec(source)?.[0] ?? '';
  const path = source.slice(host.length).replace(PLACE_IN_PROJECT, '').replace(ENDING, '');
  if (host === '' || path === '') return false;
  return name === path || name.startsWith(`${path}/`) || path.endsWith(`/${name}`);
}
