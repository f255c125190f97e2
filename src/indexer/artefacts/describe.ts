import { type Artefact, describeArtefact, typeAlone } from '../../oci/artefact.ts';
import { BASE_DIGEST, BASE_NAME } from '../../oci/labels.ts';
import type { ManifestFacts, Mark } from '../../oci/manifest-facts.ts';
import { marksOfManifest, type Resolved, subjectOf } from './resolved.ts';

/** Limits on what a record keeps of one manifest. */
const MAX_PLATFORMS = 64;
const MAX_CHILDREN = 64;

/** The text of an artefact, and the facts that are stored with the record. */
export function describeResolved(resolved: Resolved): { readonly artefact: Artefact; readonly facts: ManifestFacts } {
  const platforms = resolved.platforms.slice(0, MAX_PLATFORMS);
  const described = describeArtefact({ ...resolved, platforms });
  const artefact = resolved.isAuxiliary ? typeAlone(resolved.type) : described;
  return { artefact, facts: factsOf({ ...resolved, platforms }, described) };
}

function factsOf(resolved: Resolved, { type, createdAtMs, labels }: Artefact): ManifestFacts {
  const { kind, archive, config, sizeBytes, referrers } = resolved;
  const base = { name: labels[BASE_NAME] || undefined, digest: labels[BASE_DIGEST] || undefined };
  const common = {
    platforms: listed(resolved.platforms),
    sizeBytes,
    createdAtMs,
    base: base.name || base.digest ? base : undefined,
    subject: subjectOf(resolved),
    marks: listed(marksOfResolved(resolved)),
    carries: listed(resolved.carries),
    children: listed(resolved.children.slice(0, MAX_CHILDREN)),
    referrers,
  };
  if (kind === 'image') return asStored({ kind, ...common });
  if (kind === 'artefact') {
    return asStored({ kind, type, isAuxiliary: resolved.isAuxiliary || undefined, ...common });
  }
  const layer = archive && { digest: archive.digest, sizeBytes: archive.sizeBytes ?? 0 };
  return asStored({ kind, chart: config?.chart, archive: layer, ...common });
}

function marksOfResolved({ kind, manifests: [own] }: Resolved): Mark[] {
  return kind === 'artefact' && own ? marksOfManifest(own) : [];
}

function listed<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length > 0 ? list : undefined;
}

/** Without undefined fields, as JSON gives it back: fresh facts are compared with stored ones. */
function asStored(facts: ManifestFacts): ManifestFacts {
  return JSON.parse(JSON.stringify(facts));
}
