import { isDeepStrictEqual } from 'node:util';
import { type ClaimPlace, claimTags, compareClaim, type SaidClaim } from '../dynamodb/state/claim.ts';
import type { ReplaceableClaim } from '../dynamodb/state/claim-store.ts';
import type { Claim, TablesObservation } from './observation.ts';
import { describeOwner, sameOwner } from './owner.ts';

/** How the repository table stands to us, by what it says itself. */
export type Standing =
  /** There is none, or it cannot be asked as it is. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'ours' }
  /** It does not say so, but it is: our own record has its identity; or it is free, and we were about to make one. */
  | { readonly kind: 'claimable'; readonly seen: ReplaceableClaim; readonly identity: string }
  /** `message` says what it is and what to do. */
  | { readonly kind: 'foreign'; readonly message: string };

export function standingOf(seen: TablesObservation): Standing {
  const { repository, claimed, claim } = seen;
  if (repository.kind === 'missing') return { kind: 'unknown' };
  const claimable = (unclaimed: ReplaceableClaim): Standing => {
    return { kind: 'claimable', seen: unclaimed, identity: repository.identity };
  };
  switch (claimed.kind) {
    case 'unread':
      return { kind: 'unknown' };
    case 'unreadable':
      return foreign(claim, `says of its owner what this version does not understand (${claimed.why})`);
    case 'copied':
      return foreign(
        claim,
        `is a copy, such as a restored backup, of a table of ${describeOwner(claimed.says)}`,
        claimed.place,
      );
    case 'none':
      if (isProven(seen) || (claimed.free && isAnnounced(seen))) return claimable(claimed);
      return foreign(
        claim,
        claimed.tagsHidden ? HIDDEN : 'does not say whose it is, like one restored from a backup',
        claimed.place,
      );
    case 'said':
      return standingBy(claimed, seen, claimable);
  }
}

function standingBy(
  claimed: Extract<ReplaceableClaim, { kind: 'said' }>,
  seen: TablesObservation,
  claimable: (claimed: ReplaceableClaim) => Standing,
): Standing {
  const { claim } = seen;
  switch (compareClaim(claimed.says, claim)) {
    case 'same':
      return { kind: 'ours' };
    case 'unfinished':
      if (isProven(seen)) return claimable(claimed);
      return foreign(claim, 'does not say to which version table it belongs', claimed.place);
    case 'otherOwner':
      return seen.marker.kind === 'ours' && isProven(seen) ? claimable(claimed) : another(claim, claimed.says);
    case 'other':
      return another(claim, claimed.says);
  }
}

const HIDDEN = 'has tags that may not be read (grant dynamodb:ListTagsOfResource) and no other word of whose it is';

/** The marker knows the very table; or the status does, where a marker is yet to be made. */
export function isProven(seen: TablesObservation): boolean {
  const { repository, known, marker } = seen;
  const recorded = marker.kind === 'none' ? known.repositoryTable : ownMarker(seen)?.repositoryTable;
  return repository.kind === 'present' && repository.identity === recorded;
}

/** Our marker says that we are making a repository table; or were, when its deletion began. */
function isAnnounced(seen: TablesObservation): boolean {
  const marker = ownMarker(seen);
  const isAsked = marker?.intent === 'creating';
  return isAsked || (marker?.intent === 'deleting' && marker.repositoryTable === undefined);
}

function ownMarker({ marker, claim }: TablesObservation) {
  return marker.kind === 'ours' && sameOwner(marker.marker.owner, claim.owner) ? marker.marker : undefined;
}

function another(claim: Claim, says: SaidClaim): Standing {
  const { repositoryTable, owner } = claim;
  if (isDeepStrictEqual({ ...says, ...owner }, says))
    return foreign(claim, `is of an earlier RegistryIndex of this name, ${describeOwner(says)}`);
  const way = `choose another repositoryTable or database, or delete that RegistryIndex and table ${repositoryTable}`;
  return { kind: 'foreign', message: `table ${repositoryTable} belongs to ${describeOwner(says)}; ${way}` };
}

/** With the way out: the bucket has everything that was in the table. */
function foreign(claim: Claim, what: string, place: ClaimPlace = 'item'): Standing {
  const { repositoryTable } = claim;
  const tags = Object.entries(claimTags(claim)).map(([key, value]) => `${key}=${value}`);
  const orTags = place === 'tags' ? `, or give it the tags ${tags.join(', ')} to hand it over as it is` : '';
  const message = `table ${repositoryTable} ${what}; delete it, and it is made and filled again from the bucket${orTags}`;
  return { kind: 'foreign', message };
}
