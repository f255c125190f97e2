import { isDeepStrictEqual } from 'node:util';
import { type ClaimPlace, claimTags, compareClaim, type SaidClaim } from '../dynamodb/state/claim.ts';
import type { ReplaceableClaim } from '../dynamodb/state/claim-store.ts';
import type { Owner, OwnershipRecord } from '../dynamodb/state/ownership.ts';
import { printable } from '../telemetry/untrusted-text.ts';
import type { TablesObservation, WantedTables } from './observation.ts';

/** Whose the repository table is, by what the table says itself. */
export type ClaimVerdict =
  /** The table is missing, or cannot be read as it is. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'ours' }
  /**
   * It does not say so, but it is ours: our ownership record has its identity, or it is free and we were about to
   * create one.
   */
  | { readonly kind: 'claimable'; readonly seen: ReplaceableClaim; readonly identity: string }
  /** `message` says what it is and what to do. */
  | { readonly kind: 'foreign'; readonly message: string };

export function claimVerdictOf(seen: TablesObservation): ClaimVerdict {
  const { repository, claimed, wanted } = seen;
  if (repository.kind === 'missing') return { kind: 'unknown' };
  const claimable = (unclaimed: ReplaceableClaim): ClaimVerdict => {
    return { kind: 'claimable', seen: unclaimed, identity: repository.identity };
  };
  switch (claimed.kind) {
    case 'unread':
      return { kind: 'unknown' };
    case 'unreadable':
      return foreign(wanted, `says of its owner what this version does not understand (${claimed.why})`);
    case 'copied':
      return foreign(
        wanted,
        `is a copy, such as a restored backup, of a table of ${describeOwner(claimed.says)}`,
        claimed.place,
      );
    case 'none':
      if (isRecordedTable(seen) || (claimed.free && isCreationAnnounced(seen))) return claimable(claimed);
      return foreign(
        wanted,
        claimed.tagsHidden ? HIDDEN : 'does not say whose it is, like one restored from a backup',
        claimed.place,
      );
    case 'said':
      return claimVerdictBy(claimed, seen, claimable);
  }
}

function claimVerdictBy(
  claimed: Extract<ReplaceableClaim, { kind: 'said' }>,
  seen: TablesObservation,
  claimable: (claimed: ReplaceableClaim) => ClaimVerdict,
): ClaimVerdict {
  const { wanted } = seen;
  switch (compareClaim(claimed.says, wanted)) {
    case 'same':
      return { kind: 'ours' };
    case 'unfinished':
      if (isRecordedTable(seen)) return claimable(claimed);
      return foreign(wanted, 'does not say to which version table it belongs', claimed.place);
    case 'otherOwner':
      return seen.ownership.kind === 'ours' && isRecordedTable(seen)
        ? claimable(claimed)
        : another(wanted, claimed.says);
    case 'other':
      return another(wanted, claimed.says);
  }
}

const HIDDEN = 'has tags that may not be read (grant dynamodb:ListTagsOfResource) and no other word of whose it is';

/**
 * Whether the ownership record has the identity of this table; where there is no ownership record yet, whether the
 * status has it.
 */
export function isRecordedTable(seen: TablesObservation): boolean {
  const { repository, known, ownership } = seen;
  const recorded = ownership.kind === 'none' ? known.repositoryTable : currentOwnership(seen)?.repositoryTable;
  return repository.kind === 'present' && repository.identity === recorded;
}

/** Whether our ownership record says that we are creating a repository table, or were when its deletion began. */
function isCreationAnnounced(seen: TablesObservation): boolean {
  const ownership = currentOwnership(seen);
  if (ownership?.intent === 'creating') return true;
  return ownership?.intent === 'deleting' && ownership.repositoryTable === undefined;
}

/** The ownership record, if it is of our owner. */
export function currentOwnership({ ownership, wanted }: TablesObservation): OwnershipRecord | undefined {
  return ownership.kind === 'ours' && sameOwner(ownership.ownership.owner, wanted.owner)
    ? ownership.ownership
    : undefined;
}

function another(wanted: WantedTables, says: SaidClaim): ClaimVerdict {
  const { repositoryTable, owner } = wanted;
  if (isDeepStrictEqual({ ...says, ...owner }, says))
    return foreign(wanted, `is of an earlier RegistryIndex of this name, ${describeOwner(says)}`);
  const way = `choose another repositoryTable or database, or delete that RegistryIndex and table ${repositoryTable}`;
  return { kind: 'foreign', message: `table ${repositoryTable} belongs to ${describeOwner(says)}; ${way}` };
}

/** Deleting the table is always a way out: the bucket has everything that was in it. */
function foreign(wanted: WantedTables, what: string, place: ClaimPlace = 'item'): ClaimVerdict {
  const { repositoryTable } = wanted;
  const tags = Object.entries(claimTags(wanted)).map(([key, value]) => `${key}=${value}`);
  const orTags = place === 'tags' ? `, or give it the tags ${tags.join(', ')} to hand it over as it is` : '';
  const message = `table ${repositoryTable} ${what}; delete it, and it is made and filled again from the bucket${orTags}`;
  return { kind: 'foreign', message };
}

/**
 * Cluster, namespace and name make the owner. The uid does not, so a resource that is applied again owns its tables.
 */
export function sameOwner(one: Owner, other: Owner): boolean {
  return one.cluster === other.cluster && one.namespace === other.namespace && one.name === other.name;
}

/** No name of Kubernetes or of a table is longer. */
const MAX_NAME_LENGTH = 256;

/** An owner in words for people. Anybody may have written into the table what stands there. */
export function describeOwner({ cluster, namespace, name, versionTable }: SaidClaim): string {
  const shown = (text = '?') => printable(text, MAX_NAME_LENGTH);
  const owner = `RegistryIndex ${shown(namespace)}/${shown(name)} of cluster ${shown(cluster)}`;
  return versionTable === undefined ? owner : `${owner} with version table ${shown(versionTable)}`;
}
