import { isDoubted } from '../index/fingerprint.ts';
import type { Readings, StoredRecord } from '../index/record.ts';
import type { Artefact } from '../storage/artefact/describe.ts';
import type { Digest } from '../storage/layout.ts';

/** The tag that speaks for its repository, and what it says. */
export interface Representative {
  readonly tag: string;
  readonly digest: Digest;
  readonly artefact: Artefact;
  /** Attestations come with its image. */
  readonly attested: boolean;
}

/** What reading manifests has told. They never change, so what is known of a digest stays true. */
export interface Known {
  readonly representative: Representative | undefined;
  /** Of images; none where the manifest could not be read, or names none. */
  readonly platforms: ReadonlyMap<Digest, readonly string[]>;
  /** Manifests that refer to others, and what each is to the other; they are no images. */
  readonly referrers: ReadonlyMap<Digest, readonly string[]>;
}

export const NOTHING_KNOWN: Known = { representative: undefined, platforms: new Map(), referrers: new Map() };

/**
 * What an earlier record knows, of whichever filling. Where something could not be read, it may be mended by now: text
 * and empty lists are then not relied upon.
 */
export function knownFrom(stored: StoredRecord | undefined): Known {
  if (!stored?.readings) return NOTHING_KNOWN;
  const { record, readings, fingerprint } = stored;
  const isReliable = (platforms: readonly string[]) => platforms.length > 0 || !isDoubted(fingerprint);
  const platforms = record.tags.flatMap(({ digest, platforms }) =>
    platforms && isReliable(platforms) ? [[digest, platforms] as const] : [],
  );
  return {
    representative: isDoubted(fingerprint) ? undefined : representativeOf(stored, readings),
    platforms: new Map(platforms),
    referrers: new Map(Object.entries(readings.referrers)),
  };
}

/** What is to be kept with a record for the next time: of no other manifests than the repository still has. */
export function readingsOf({ representative, referrers }: Known, present: ReadonlySet<Digest>): Readings {
  return {
    representative: representative?.tag,
    attested: representative?.attested ?? false,
    referrers: Object.fromEntries([...referrers].filter(([digest]) => present.has(digest))),
  };
}

function representativeOf(
  { record }: StoredRecord,
  { representative, attested }: Readings,
): Representative | undefined {
  const tag = record.tags.find(({ name }) => name === representative);
  const [type] = record.types;
  if (!tag || type === undefined) return undefined;
  const { title, summary, labels, platforms, createdAtMs } = record;
  const artefact = { type, title, summary, labels, platforms, createdAtMs };
  return { tag: tag.name, digest: tag.digest, artefact, attested };
}
