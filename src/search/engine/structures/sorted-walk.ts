import { compare, copyOf, type Slice, startsWith } from './bytes.ts';
import type { Steps } from './scheduler.ts';
import type { SortedList } from './sorted-list.ts';

export interface NameWalk {
  /** Items in the order of their names. */
  readonly order: SortedList;
  readonly nameOf: (item: number) => Slice;
  /** Where to begin: at the first name that is this or comes after it. */
  readonly from: Slice;
}

const AT_A_TIME = 512;

/**
 * Visits items in the order of their names until a visit says to stop. Those that nobody writes while others have a
 * turn are visited once each, because every stretch begins after the name that the one before ended with.
 */
export function* walkNames({ order, nameOf, from }: NameWalk, visit: (item: number) => boolean): Steps<void> {
  let isBefore = (item: number) => compare(nameOf(item), from) < 0;
  for (;;) {
    let left = AT_A_TIME;
    let last = -1;
    order.forward(isBefore, (item) => {
      if (!visit(item)) return false;
      last = item;
      left -= 1;
      return left > 0;
    });
    if (left > 0) return;
    const lastName = copyOf(nameOf(last));
    isBefore = (item) => compare(nameOf(item), lastName) <= 0;
    yield;
  }
}

/** Visits every item whose name begins with `from`, as `walkNames` does. */
export function walkPrefix(walk: NameWalk, visit: (item: number) => void): Steps<void> {
  return walkNames(walk, (item) => {
    if (!startsWith(walk.nameOf(item), walk.from)) return false;
    visit(item);
    return true;
  });
}
