/** Nothing is missing from the index because of these. */
const HARMLESS_FAULTS = ['Foreign', 'Leftover'] as const;

/** Because of these a repository, a tag or a manifest is not in the index, or not completely. */
const HARMFUL_FAULTS = [
  'InvalidName',
  'InvalidLink',
  'Missing',
  'Malformed',
  'Unsupported',
  'TooLarge',
  'Denied',
  'Archived',
  'Unreadable',
  'Unfinished',
  'Contended',
  'Unordered',
] as const;

/**
 * What is wrong with something in a store, in words that stay the same in status and metrics.
 * - `Foreign`: no file of a registry. `Leftover`: what remains of something deleted, or was never finished.
 * - `InvalidName`: of a repository or tag, outside the grammar. `InvalidLink`: a tag's link holds no digest.
 * - `Missing`: a tag points to something that is not there. `Malformed`, `Unsupported`, `TooLarge`: it is there, and of
 *   no use.
 * - `Denied`, `Archived`: the store does not give it. `Unreadable`: it fails to, and gives others. `Unfinished`: its
 *   upload is under way.
 * - `Contended`: others kept writing the record. `Unordered`: the store lists keys otherwise than it did before.
 */
export type FaultKind = (typeof HARMLESS_FAULTS)[number] | HarmfulKind;
export type HarmfulKind = (typeof HARMFUL_FAULTS)[number];

export const FAULT_KINDS: readonly FaultKind[] = [...HARMLESS_FAULTS, ...HARMFUL_FAULTS];

/** Something in the bucket that could not be used. It is counted, named and skipped; the rest goes on. */
export interface StorageFault {
  readonly kind: FaultKind;
  /** The object's key, or the repository's name where no one object is at fault. */
  readonly key: string;
  /** A short sentence: what is wrong with it. */
  readonly reason: string;
  /** Of the blob at fault, where it is one. */
  readonly digest?: string;
}

/** A fault as reports and records keep it. */
export interface ReportedFault extends Pick<StorageFault, 'key' | 'reason'> {
  /** Undefined where an older program wrote it, without kinds. */
  readonly kind?: FaultKind | undefined;
}

/** The fault of an object where no registry stores one. A link could lead to a repository, so it is harmful. */
export function foreign({ key, isLink }: { readonly key: string; readonly isLink?: boolean }): StorageFault {
  if (isLink)
    return { kind: 'Unsupported', key, reason: 'a symbolic link out of the folder, or to a folder, is not followed' };
  return { kind: 'Foreign', key, reason: 'not a file of a registry' };
}

/** A registry would not accept the name. */
export function invalidName(what: 'repository' | 'tag', key: string): StorageFault {
  return { kind: 'InvalidName', key, reason: `the name of the ${what} is outside the grammar` };
}

/** Why a store does not give an object that is there, or may be. */
export type RefusalKind = 'Denied' | 'Archived' | 'Unreadable' | 'Unfinished';

const PASSING: ReadonlySet<FaultKind> = new Set<FaultKind>([
  'Missing',
  'Denied',
  'Archived',
  'Unreadable',
  'Unfinished',
]);
const HARMFUL: ReadonlySet<FaultKind> = new Set<FaultKind>(HARMFUL_FAULTS);

export function isHarmful(kind: FaultKind): boolean {
  return HARMFUL.has(kind);
}

/** How many of each kind. Kinds that are left out have none. */
export type FaultCounts = Readonly<Partial<Record<FaultKind, number>>>;

export function addCounts(a: FaultCounts, b: FaultCounts): FaultCounts {
  const kinds = FAULT_KINDS.filter((kind) => a[kind] || b[kind]);
  return Object.fromEntries(kinds.map((kind) => [kind, (a[kind] ?? 0) + (b[kind] ?? 0)]));
}

export function countFaults(faults: readonly { readonly kind: FaultKind }[]): FaultCounts {
  const counts: Partial<Record<FaultKind, number>> = {};
  for (const { kind } of faults) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

export function totalOf(counts: FaultCounts): number {
  return FAULT_KINDS.reduce((total, kind) => total + (counts[kind] ?? 0), 0);
}

export function harmfulOf(counts: FaultCounts): number {
  return HARMFUL_FAULTS.reduce((total, kind) => total + (counts[kind] ?? 0), 0);
}

/** How many faults a report names: a person reads no more. */
export const MAX_FAULTS = 20;

/** The first faults, harmful ones before others. Faults without a kind are of an older version and count as harmful. */
export function firstFaults<T extends { readonly kind?: FaultKind | undefined }>(faults: readonly T[]): T[] {
  const [harmful, harmless] = [true, false].map((harm) =>
    faults.filter(({ kind }) => (kind === undefined || isHarmful(kind)) === harm),
  );
  return [...(harmful ?? []), ...(harmless ?? [])].slice(0, MAX_FAULTS);
}

/**
 * Whether the fault may pass without a change of the object itself: a missing blob may come, a denied one be allowed.
 */
export function mayPass(kind: FaultKind): boolean {
  return PASSING.has(kind);
}

const SEEN_BY_LISTING: ReadonlySet<FaultKind> = new Set<FaultKind>(['Missing', 'Unfinished']);

/** Whether a listing of the blob shows that the fault has passed. */
export function isSeenByListing(kind: FaultKind): boolean {
  return SEEN_BY_LISTING.has(kind);
}
