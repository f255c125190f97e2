import type { RepositoryRecord } from '../../../dynamodb/records/record.ts';

/** Helm's own, `helm.sh/deprecated`, and what people write into a Dockerfile: `deprecated`, `com.acme.deprecated`. */
const KEY = /(^|[./_-])deprecated$/i;
const UNMARKED = /^\s*(false|no|none|0)?\s*$/i;
/** A word of the name, as in `storefront-legacy` and `archived/nginx`. */
const IN_NAME = /(^|[./_-])(deprecated|obsolete|legacy|archived|attic|eol)($|[./_-])/;
/** Said of the repository itself. A tool that "finds deprecated APIs" is not deprecated. */
const IN_TEXT =
  /(^\W*|\b(is|are|now|and|was)\s+)(deprecated|obsolete|unmaintained|discontinued|abandoned|archived|superseded)\b|\b(deprecated|obsolete|unmaintained|discontinued)\s*($|[^\w\s]|(use|in|since|as of|by)\b)|\bend[ -]of[ -]life\b|\bEOL\b|\bno longer (maintained|supported|updated|used)\b|\bdo not use\b/i;

/** Whether a repository is marked as one that people should use no more: by a label, its name or its description. */
export function isDeprecated({ name, title = '', summary = '', labels }: RepositoryRecord): boolean {
  if (Object.entries(labels).some(([key, value]) => KEY.test(key) && !UNMARKED.test(value))) return true;
  return IN_NAME.test(name) || IN_TEXT.test(title) || IN_TEXT.test(summary);
}
