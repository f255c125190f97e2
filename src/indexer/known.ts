import { mayPass, type StorageFault } from '../api/fault.ts';
import type { Readings, RepositoryRecord, StoredRecord } from '../index/record.ts';
import type { TagReading } from '../oci/manifest-facts.ts';
import type { Artefact } from '../storage/artefact/describe.ts';
import type { Digest } from '../storage/layout.ts';

/** The tag that speaks for its repository, and what it says. */
export interface Representative {
  readonly tag: string;
  readonly digest: Digest;
  readonly artefact: Artefact;
}

/** What reading manifests has told, by digest. They never change, so what is known of a digest stays true. */
export type ReadingsByDigest = ReadonlyMap<Digest, TagReading>;

export interface Known {
  readonly representative: Representative | undefined;
  readonly readings: ReadingsByDigest;
}

export const NOTHING_KNOWN: Known = { representative: undefined, readings: new Map() };

/** What an earlier record knows, of whichever filling. What could not be read and may be mended by now is not known. */
export function knownFrom(stored: StoredRecord | undefined): Known {
  if (!stored?.readings) return NOTHING_KNOWN;
  const readings = new Map([...stored.readings.tags].filter(([, reading]) => isLasting(reading)));
  const representative = representativeOf(stored.record, stored.readings);
  return {
    representative: representative && readings.has(representative.digest) ? representative : undefined,
    readings,
  };
}

export function isLasting({ problems }: TagReading): boolean {
  return !problems.some(({ kind }) => mayPass(kind));
}

/** The text of a record is that of its representative. */
export function representativeOf(record: RepositoryRecord, readings: Readings): Representative | undefined {
  const tag = record.tags.find(({ name }) => name === readings.representative);
  const [type] = record.types;
  if (!tag || type === undefined) return undefined;
  const { title, summary, labels, platforms, createdAtMs } = record;
  const artefact = { type, title, summary, labels, platforms, createdAtMs };
  return { tag: tag.name, digest: tag.digest, artefact };
}

/** What could not be used, named as people name it, for where a blob lies is the layout's business. */
export function faultsOf(name: string, readings: Iterable<TagReading>): StorageFault[] {
  return [...readings].flatMap(({ problems }) =>
    problems.map(({ kind, digest, reason }) => ({ kind, key: `${name}@${digest}`, reason })),
  );
}
