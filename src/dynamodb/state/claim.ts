import { isDeepStrictEqual } from 'node:util';
import { GROUP } from '../../api/registry-index.ts';
import type { KnownTags, TableTags } from '../tables/tables.ts';
import type { Owner, TableClaim } from './ownership.ts';

/** What a table says of its owner. Tables of earlier versions name no version table. */
export interface SaidClaim {
  readonly cluster?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly versionTable?: string;
}

/** Where a table names its owner: in its tags where the service supports them, else in an item. */
export type ClaimPlace = 'tags' | 'item';

export type ClaimState =
  /** The table is missing, or cannot be read in its present state. */
  | { readonly kind: 'unread' }
  | {
      readonly kind: 'none';
      readonly place: ClaimPlace;
      /** It is empty and has no tags: the first to put the item owns it. */
      readonly free: boolean;
      /** It may have tags that we may not read. */
      readonly tagsHidden: boolean;
    }
  | { readonly kind: 'said'; readonly says: SaidClaim; readonly by: ClaimPlace; readonly place: ClaimPlace }
  /** The item is that of another table, from which a backup or an export was restored. */
  | { readonly kind: 'copied'; readonly says: SaidClaim; readonly place: ClaimPlace }
  /** This version cannot read the item of the claim. */
  | { readonly kind: 'unreadable'; readonly why: string };

/** The claim of an item, and the identity of the table that it was written for. */
export interface ItemClaim {
  readonly says: SaidClaim;
  readonly table: string;
}

/** What was read of one repository table. */
export interface ClaimFacts {
  readonly identity: string;
  readonly tags: KnownTags;
  readonly place: ClaimPlace;
  readonly item: ItemClaim | undefined;
  /** It holds no item at all. */
  readonly isEmpty: boolean;
}

const TAGS: readonly (readonly [keyof SaidClaim, string])[] = [
  ['cluster', `${GROUP}/cluster`],
  ['namespace', `${GROUP}/namespace`],
  ['name', `${GROUP}/name`],
  ['versionTable', `${GROUP}/version-table`],
];

/** Tags by which people see who owns a table. */
export function ownerTags({ cluster, namespace, name }: Owner): Readonly<Record<string, string>> {
  return tagsOf({ cluster, namespace, name });
}

/** Tags that claim a repository table. */
export function claimTags(claim: TableClaim): Readonly<Record<string, string>> {
  return tagsOf(saidBy(claim));
}

function saidBy({ owner, versionTable }: TableClaim): SaidClaim {
  const { cluster, namespace, name } = owner;
  return { cluster, namespace, name, versionTable };
}

/** Whether every field is present: then no item has to be read. */
export function isWhole(says: SaidClaim): boolean {
  return TAGS.every(([field]) => says[field] !== undefined);
}

/**
 * How the claim of a table compares with ours. `unfinished`: no field differs, but some are missing, as with tables of
 * earlier versions. `otherOwner`: the same version table, whose ownership record then decides who owns it.
 */
export type ClaimMatch = 'same' | 'unfinished' | 'otherOwner' | 'other';

export function compareClaim(says: SaidClaim, claim: TableClaim): ClaimMatch {
  const wanted = saidBy(claim);
  const differing = TAGS.map(([field]) => field).filter(
    (field) => says[field] !== undefined && says[field] !== wanted[field],
  );
  if (differing.length === 0) return isWhole(says) ? 'same' : 'unfinished';
  const isOfThatTable = says.versionTable === wanted.versionTable;
  return isOfThatTable ? 'otherOwner' : 'other';
}

/** What tags say; an empty object where they say nothing. */
export function saidByTags(tags: TableTags): SaidClaim {
  if (typeof tags === 'string') return {};
  const said = TAGS.flatMap(([field, key]) => (tags[key] === undefined ? [] : [[field, tags[key]]]));
  return Object.fromEntries(said);
}

/** Pure. Complete tags decide; else an item that agrees with them completes them. */
export function claimStateOf({ identity, tags, place, item, isEmpty }: ClaimFacts): ClaimState {
  const tagged = saidByTags(tags);
  const isTagged = Object.keys(tagged).length > 0;
  const itemDecides =
    item !== undefined && !isWhole(tagged) && isDeepStrictEqual({ ...item.says, ...tagged }, item.says);
  if (isTagged && !itemDecides) return { kind: 'said', says: tagged, by: 'tags', place };
  const tagsHidden = tags === 'denied';
  if (item === undefined) return { kind: 'none', place, free: place === 'item' && !tagsHidden && isEmpty, tagsHidden };
  if (item.table !== identity) return { kind: 'copied', says: item.says, place };
  return { kind: 'said', says: item.says, by: 'item', place };
}

function tagsOf(says: SaidClaim): Readonly<Record<string, string>> {
  return Object.fromEntries(TAGS.flatMap(([field, key]) => (says[field] === undefined ? [] : [[key, says[field]]])));
}
