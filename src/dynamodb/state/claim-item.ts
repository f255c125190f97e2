import { type Item, readItem } from '../items/item.ts';
import { PART_MARK } from '../records/part-item.ts';
import type { ItemClaim, TableClaim } from './claim.ts';

/**
 * The key of the claim within the repository table. Programs of every version take what has the mark of parts in its
 * name for no repository, and what has no epoch for no part: it is neither shown nor counted nor swept away.
 */
export const CLAIM_KEY = { name: `${PART_MARK}claim` } as const;

/** The claim as an item, for the table of that identity alone: a copy of the table is another one. */
export function claimItem({ owner, versionTable }: TableClaim, table: string): Item {
  const { cluster, namespace, name } = owner;
  return { ...CLAIM_KEY, owner: { cluster, namespace, name }, versionTable, table };
}

/** Reverses `claimItem`. Throws UnreadableItem. */
export function parseClaim(item: Item): ItemClaim {
  const { text, within } = readItem(item, 'the claim of the repository table');
  const owner = within('owner');
  const says = { cluster: owner.text('cluster'), namespace: owner.text('namespace'), name: owner.text('name') };
  return { says: { ...says, versionTable: text('versionTable') }, table: text('table') };
}
