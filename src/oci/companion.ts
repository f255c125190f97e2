import type { Digest, ManifestFacts, Mark } from './manifest-facts.ts';

/** A tag that is named after a digest. */
export interface DigestTag {
  /** The digest, perhaps only its first 64 digits; compare it by `digestKey`. */
  readonly subject: Digest;
  /** What follows the digest, such as `sig`; undefined where nothing does, as in OCI's referrers tag schema. */
  readonly suffix: string | undefined;
}

/**
 * `sha256-<hex>` is OCI's referrers tag schema, which cuts digests at 64 digits, and how mirrors name what was pulled
 * by its digest; with a suffix it is something beside that digest: cosign's `.sig`, `.att` and `.sbom`, and what others
 * have added after their example (`.src`, `.dockerfile`, `.image-locations.imgpkg` …).
 */
const DIGEST_TAG = /^(sha256|sha384|sha512|blake3)-([0-9a-f]{64,121})(?:\.(\w[\w.-]*))?$/;
/** As `DIGEST_TAG`, with a prefix that cosign was configured to put before the digest. */
const PREFIXED_TAG = /^.+(sha256|sha512)-([0-9a-f]{64,121})\.(sig|att|sbom)$/;

/** The tables of contents of an image's layers, for pulling these lazily: a tag beside that of the image. */
const CONTENTS_TAG = /.-esgztoc$/;

/** Whether a tag, by its name, is that of a table of contents. */
export function isContentsTag(tag: string): boolean {
  return CONTENTS_TAG.test(tag);
}

const KEY_DIGITS = 64;

/** Most tags are shorter, and need not be matched: some are looked at a hundred thousand at once. */
const SHORTEST = 'sha256-'.length + KEY_DIGITS;

/** What the name of a tag says of a digest; undefined for all other tags. */
export function digestTagOf(tag: string): DigestTag | undefined {
  if (tag.length < SHORTEST) return undefined;
  const [, algorithm, hex, suffix] = DIGEST_TAG.exec(tag) ?? PREFIXED_TAG.exec(tag) ?? [];
  return hex === undefined ? undefined : { subject: `${algorithm}:${hex}`, suffix };
}

/** What digests are compared by where one of them may be cut. */
export function digestKey(digest: Digest): string {
  return digest.slice(0, digest.indexOf(':') + 1 + KEY_DIGITS);
}

/** Whether a companion, or what may be one, has to be read. */
export function tellsMore({ name }: { readonly name: string }): boolean {
  const named = digestTagOf(name);
  return named !== undefined && (named.suffix === undefined || named.suffix === 'att');
}

const MARKS_OF_SUFFIXES: ReadonlyMap<string, Mark> = new Map([
  ['sig', 'signature'],
  ['signature', 'signature'],
  ['cosign', 'signature'],
  ['att', 'attestation'],
  ['attestation', 'attestation'],
  ['provenance', 'attestation'],
  ['sbom', 'sbom'],
  ['spdx', 'sbom'],
  ['cyclonedx', 'sbom'],
]);

/** What is beside a digest under such a suffix; undefined for what leaves no mark. */
export function markOfSuffix(suffix: string): Mark | undefined {
  return MARKS_OF_SUFFIXES.get(suffix);
}

/**
 * A tag that is named after a digest and has a suffix is a companion by its name, unless it points to that digest
 * itself, as with what imgpkg copies. Without a suffix what it points to has to say so: a list of referrers, or
 * something that refers to that very digest. Anything else was tagged so by a mirror.
 */
export function isCompanion(
  { name, digest }: { readonly name: string; readonly digest: Digest },
  facts: ManifestFacts | undefined,
): boolean {
  const named = digestTagOf(name);
  if (!named) return isContentsTag(name);
  if (named.suffix !== undefined && markOfSuffix(named.suffix)) return true;
  if (digestKey(digest) === digestKey(named.subject)) return false;
  if (named.suffix !== undefined) return true;
  if (!facts) return false;
  const isReferrer = facts.subject !== undefined && digestKey(facts.subject) === digestKey(named.subject);
  return isReferrer || facts.referrers !== undefined || (facts.marks ?? []).length > 0;
}
