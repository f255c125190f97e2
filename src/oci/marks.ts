import type { Labels } from './labels.ts';
import type { Mark } from './manifest-facts.ts';

/** What an attached manifest says of itself; the more exact goes before the less exact. */
export interface Attachment {
  /** Its artifact type, or that of its config. */
  readonly type: string | undefined;
  readonly annotations: Labels;
  readonly layerTypes: readonly string[];
  /** Predicate types of in-toto statements in its layers. */
  readonly predicates: readonly string[];
}

const MARKS_OF_TYPES: readonly (readonly [RegExp, Mark])[] = [
  [/spdx|cyclonedx|syft|sbom/i, 'sbom'],
  [/in-?toto|attestation|provenance|slsa|dsse|artifact\.att\b/i, 'attestation'],
  [/cosign|sigstore|signature|simplesigning|notary/i, 'signature'],
];

/** Sigstore's bundles are of one type, whatever they hold; cosign and GitHub write these beside them. */
const BUNDLE = /sigstore\.bundle/i;
const BUNDLE_CONTENT = 'dev.sigstore.bundle.content';
const PREDICATE_ANNOTATIONS = ['dev.sigstore.bundle.predicateType', 'in-toto.io/predicate-type', 'predicateType'];

/** What an artefact of this media type is to its subject; undefined for types that leave no mark. */
export function markOfType(type: string | undefined): Mark | undefined {
  return type === undefined ? undefined : MARKS_OF_TYPES.find(([pattern]) => pattern.test(type))?.[1];
}

/** What an in-toto statement with that predicate is: an SBOM, a signature of cosign's, or any other attestation. */
export function markOfPredicate(predicate: string): Mark {
  if (/spdx|cyclonedx|sbom/i.test(predicate)) return 'sbom';
  return /cosign\/sign\b/i.test(predicate) ? 'signature' : 'attestation';
}

/** Sorted, each once. */
export function marksOf({ type, annotations, layerTypes, predicates }: Attachment): Mark[] {
  const predicateTypes = [...predicates, ...PREDICATE_ANNOTATIONS.flatMap((key) => annotations.get(key) || [])];
  if (predicateTypes.length > 0) return distinctMarks(predicateTypes.map(markOfPredicate));
  const content = annotations.get(BUNDLE_CONTENT);
  if (content) return [content === 'message-signature' ? 'signature' : 'attestation'];
  const own = markOfType(type);
  return own ? [own] : distinctMarks(layerTypes.flatMap((layer) => markOfType(layer) ?? []));
}

/**
 * Whether the manifest itself must be read to know what it is: clients should copy its annotations into the list of
 * referrers, and some do not.
 */
export function isUntold(type: string | undefined, annotations: Labels): boolean {
  if (type === undefined || !BUNDLE.test(type)) return false;
  return ![BUNDLE_CONTENT, ...PREDICATE_ANNOTATIONS].some((key) => annotations.get(key));
}

/** Sorted, each once. */
export function distinctMarks(marks: readonly Mark[]): Mark[] {
  return [...new Set(marks)].sort();
}

/** The layers of these types of a chart are what `helm package --sign` made. */
export function isHelmProvenance(type: string): boolean {
  return /helm\.chart\.provenance/i.test(type);
}
