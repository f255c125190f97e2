import type { RepositoryRecord } from '../../../dynamodb/records/record.ts';

/** Helm's own, `helm.sh/deprecated`, and what people write into a Dockerfile: `deprecated`, `com.acme.deprecated`. */
const KEY = /(^|[./_-])deprecated$/i;
const UNMARKED = /^\s*(false|no|none|0)?\s*$/i;
/** A word of the name, as in `storefront-legacy` and `archived/nginx`. */
const IN_NAME = /(^|[./_-])(deprecated|obsolete|legacy|archived|attic|eol)($|[./_-])/;
/** A sentence about the repository itself. A tool that "finds deprecated APIs" is not deprecated. */
const IN_TEXT =
  /(^\W*|\b(is|are|now|and|was)\s+)(deprecated|obsolete|unmaintained|discontinued|abandoned|archived|superseded)\b|\b(deprecated|obsolete|unmaintained|discontinued)\s*($|[^\w\s]|(use|in|since|as of|by)\b)|\bend[ -]of[ -]life\b|\bEOL\b|\bno longer (maintained|supported|updated|used)\b|\bdo not use\b/i;

/** Whether a repository is marked as one that people should use no more: by a label, its name or its description. */
export function isDeprecated({ name, title = '', summary = '', labels }: RepositoryRecord): boolean {
  if (Object.entries(labels).some(([key, value]) => KEY.test(key) && !UNMARKED.test(value))) return true;
  return IN_NAME.test(name) || IN_TEXT.test(title) || IN_TEXT.test(summary);
}

/**
 * OCI's annotations of where the sources of an image are (a page or what `git clone` takes), and of its own page: that
 * is the one which `helm push` writes. Where both are there the first counts.
 */
export const SOURCE_LABELS = ['org.opencontainers.image.source', 'org.opencontainers.image.url'] as const;

/** The host of a URL, or of what ssh takes: `https://git.acme.example/`, `git@git.acme.example:`. */
const HOST = /^(?:[a-z][a-z0-9+.-]*:\/\/[^/]*\/|[^/:]*@[^/:]*:\/?)/;
/** What pages of a forge put after the path of a project. */
const PLACE_IN_PROJECT = /(?:\/(?:-|tree|blob|src|commit|releases)\/.*|[?#].*)$/;
const ENDING = /(?:\.git)?\/*$/;

/**
 * Whether a repository is named after its sources: a forge's registry has an image at the path of its project or below,
 * and others leave the owner out. A fork that was copied with its Dockerfile names the sources of the original. Both
 * are in lower case.
 */
export function isNamedAfterSource(name: string, source: string): boolean {
  const host = HOST.exec(source)?.[0] ?? '';
  const path = source.slice(host.length).replace(PLACE_IN_PROJECT, '').replace(ENDING, '');
  if (host === '' || path === '') return false;
  return name === path || name.startsWith(`${path}/`) || path.endsWith(`/${name}`);
}
