import { isDeepStrictEqual } from 'node:util';
import { GROUP } from '../../api/registry-index.ts';
import type { KnownTags, TableTags } from '../tables/tables.ts';
import type { Owner, TableClaim } from './ownership.ts';

/** What a table says of its owner, whoever wrote it. Tables of earlier versions name no version table. */
export interface SaidClaim {
  readonly cluster?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly versionTable?: string;
}

/** Where a table says whose it is: in its tags where the service keeps them, else in an item inside. */
export type ClaimPlace = 'tags' | 'item';

export type ClaimState =
  /** The table is missing, or cannot be asked as it is. */
  | { readonly kind: 'unread' }
  | {
      readonly kind: 'none';
      readonly place: ClaimPlace;
      /** It holds nothing at all, and keeps no tags: whoever puts the item first has it. */
      readonly free: boolean;
      /** It may have tags that we may not read. */
      readonly tagsHidden: boolean;
    }
  | { readonly kind: 'said'; readonly says: SaidClaim; readonly by: ClaimPlace; readonly place: ClaimPlace }
  /** The item came here with those of another table, by a backup or an export. */
  | { readonly kind: 'copied'; readonly says: SaidClaim; readonly place: ClaimPlace }
  /** An item that this version cannot read stands where the claim does. */
  | { readonly kind: 'unreadable'; readonly why: string };

/** The claim of an item, and the identity of the table that it was written for. */
export interface ItemClaim {
  readonly says: SaidClaim;
  readonly table: string;
}

/** What was found out of one repository table. */
export interface ClaimFacts {
  readonly identity: string;
  readonly tags: KnownTags;
  readonly place: ClaimPlace;
  readonly item: ItemClaim | undefined;
  /** Nothing is in it, not even what is not ours. */
  readonly isEmpty: boolean;
}

const TAGS: readonly (readonly [keyof SaidClaim, string])[] = [
  ['cluster', `${GROUP}/cluster`],
  ['namespace', `${GROUP}/namespace`],
  ['name', `${GROUP}/name`],
  ['versionTable', `${GROUP}/version-table`],
];

/** Tags by which people see whose a table is. */
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

/** Whether nothing is left unsaid: then no item has to be asked. */
export function isWhole(says: SaidClaim): boolean {
  return TAGS.every(([field]) => says[field] !== undefined);
}

/**
 * How what a table says compares with a claim. `unfinished` contradicts it in nothing and leaves something unsaid, as
 * tables of earlier versions do; `otherOwner` names the same version table, whose ownership record then tells who its
 * owner is.
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

/** Pure. Tags that are whole decide; an item completes tags that it does not contradict. */
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
