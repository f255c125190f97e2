import type { Manifest } from './manifest.ts';

/** What a referrer says of the image that it belongs to. */
export type ReferrerKind = 'signature' | 'sbom' | 'attestation';

/** A tag that belongs to an image instead of being one: OCI's referrers tag schema, and cosign's with a suffix. */
export interface ReferrerTag {
  readonly subject: string;
  /** Undefined for OCI's schema: what it is stands in the index that the tag points to. */
  readonly kind: ReferrerKind | undefined;
}

const REFERRER_TAG = /^sha256-([0-9a-f]{64})(?:\.(sig|att|sbom))?$/;
const KINDS_OF_SUFFIXES: Readonly<Record<string, ReferrerKind>> = {
  sig: 'signature',
  att: 'attestation',
  sbom: 'sbom',
};

const KINDS_OF_TYPES: readonly (readonly [RegExp, ReferrerKind])[] = [
  [/spdx|cyclonedx|syft|sbom/i, 'sbom'],
  [/in-toto|attestation|provenance|slsa/i, 'attestation'],
  [/cosign|sigstore|signature|notary/i, 'signature'],
];

/** What the name of a tag alone says; undefined for the tag of an image. */
export function referrerTagOf(tag: string): ReferrerTag | undefined {
  const [, hex, suffix] = REFERRER_TAG.exec(tag) ?? [];
  if (hex === undefined) return undefined;
  return { subject: `sha256:${hex}`, kind: suffix === undefined ? undefined : KINDS_OF_SUFFIXES[suffix] };
}

/** What an artefact of this media type is to its subject; undefined for types that leave no mark. */
export function referrerKindOf(type: string | undefined): ReferrerKind | undefined {
  if (type === undefined) return undefined;
  return KINDS_OF_TYPES.find(([pattern]) => pattern.test(type))?.[1];
}

/** What a referrer is, or what those in an index of referrers are. */
export function referrerKindsOf(manifest: Manifest): ReferrerKind[] {
  if (manifest.kind === 'legacy') return [];
  const own = manifest.artifactType ?? (manifest.kind === 'image' ? manifest.config?.mediaType : undefined);
  const children = manifest.kind === 'index' ? manifest.children.map(({ artifactType }) => artifactType) : [];
  return [own, ...children].flatMap((type) => referrerKindOf(type) ?? []);
}
