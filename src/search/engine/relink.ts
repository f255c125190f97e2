import type { Facets } from './engine-index.ts';
import type { Postings } from './postings.ts';

/** The lists that a slot comes to be in, those that it is in no more, and what becomes of those left empty. */
export interface Relinking {
  readonly lists: Postings;
  readonly added: Iterable<number>;
  readonly removed: Iterable<number>;
  readonly onEmpty?: (list: number) => void;
}

/** Does nothing for a list that has or lacks the slot already. */
export function relink(slot: number, { lists, added, removed, onEmpty }: Relinking): void {
  for (const list of added) lists.add(list, slot);
  for (const list of removed) {
    if (lists.remove(list, slot) && lists.count(list) === 0) onEmpty?.(list);
  }
}

/** Forgets a name that nobody has any more. */
export function forgetIn({ names }: Facets): (id: number) => void {
  return (id) => names.drop(id);
}
